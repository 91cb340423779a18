"""What a person sees and does in a browser: the page, and the commands behind its buttons."""

from __future__ import annotations

import re
import urllib.request
from datetime import datetime, timedelta
from typing import Any

import pytest


def test_the_page_stands_alone(twin: Any) -> None:
    with urllib.request.urlopen(twin.url + "/") as answer:  # noqa: S310 -- loopback
        page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert "<title>Toban's twin</title>" in page
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"""\bsrc=["'](?!data:)|<(?!a\s)[^>]*\bhref=["'](?!data:)|@import|url\(""", page)
    followed = re.findall(r"""<a\b[^>]*\bhref=["']([^"']*)""", page)
    assert followed == ["http://127.0.0.1:8080/"], "a person may go to what is operated, on this machine"


def test_the_page_asks_only_for_what_the_twin_has(twin: Any) -> None:
    with urllib.request.urlopen(twin.url + "/") as answer:  # noqa: S310 -- loopback
        asked = set(re.findall(r'"(/twin/[a-z]+)', answer.read().decode()))
    assert asked == {"/twin/state", "/twin/timeline", "/twin/jump", "/twin/alarm", "/twin/speed"}
    _, refusal = twin.ask("/twin/nothing")
    assert all(path in refusal["error"] for path in asked)


def test_the_state_has_all_that_the_page_reads(twin: Any) -> None:
    with urllib.request.urlopen(twin.url + "/") as answer:  # noqa: S310 -- loopback
        page = answer.read().decode()
    state = twin.state()
    assert set(re.findall(r"\bstate\.([a-z_]+)", page)) <= set(state)
    body = page[page.index("function environment(each)") : page.index("function alarms()")]
    assert set(re.findall(r"\beach\.([a-z_]+)", body)) <= set(state["environments"][0])


def test_a_jump_to_the_next_change_lands_on_it(twin: Any) -> None:
    wanted = twin.state()["next_change"]
    assert twin.jump("next") == datetime.fromisoformat(wanted)
    assert twin.state()["next_change"] > wanted


def test_an_alarm_that_is_fired_pages_a_person(twin: Any) -> None:
    since = twin.state()["entries"]
    name = "toban-dev-undelivered-schedules"
    status, _ = twin.ask("/twin/alarm", {"name": name, "state": "ALARM"})
    twin.jump("+1m")
    _, found = twin.ask(f"/twin/timeline?since={since}")
    assert status == 200
    told = [(entry["kind"], entry["subject"]) for entry in found["entries"]]
    assert ("alarm", name) in told
    assert ("page", "toban-dev-pages") in told
    assert found["next"] == twin.state()["entries"]


def test_the_timeline_is_read_in_parts_and_loses_nothing(twin: Any) -> None:
    twin.jump("+1d")
    entries: list[Any] = []
    while len(entries) < twin.state()["entries"]:
        _, found = twin.ask(f"/twin/timeline?since={len(entries)}")
        entries += found["entries"]
        assert found["next"] == len(entries)
    assert entries == sorted(entries, key=lambda entry: entry["at"])


def test_time_flows_at_the_speed_that_is_set_and_stands_still_at_none(twin: Any) -> None:
    before = datetime.fromisoformat(twin.state()["now"])
    twin.ask("/twin/speed", {"speed": 3600})
    while datetime.fromisoformat(twin.state()["now"]) < before + timedelta(minutes=5):
        pass
    twin.ask("/twin/speed", {"speed": 0})
    assert twin.state()["now"] == twin.state()["now"]
    assert twin.state()["speed"] == 0


@pytest.mark.parametrize(
    ("path", "given", "sentence"),
    [
        ("/twin/jump", {"to": "yesterday"}, "'yesterday' is no time: write +8h"),
        ("/twin/jump", {"to": "25:00"}, "'25:00' is no time"),
        ("/twin/jump", {"to": "2026-12-01"}, "virtual time does not run back"),
        ("/twin/jump", {"to": "+400d"}, "more than 31 days ahead"),
        ("/twin/jump", {"to": 8}, 'A jump needs "to"'),
        ("/twin/alarm", {"name": "toban-dev-handler-error"}, "did you mean toban-dev-handler-errors?"),
        ("/twin/alarm", {}, "There is no alarm None"),
        (
            "/twin/alarm",
            {"name": "toban-dev-handler-errors", "state": "RED"},
            "'RED' is no state of an alarm",
        ),
        ("/twin/speed", {"speed": -1}, "-1 is no speed"),
        ("/twin/speed", {"speed": 1e9}, "is no speed"),
        ("/twin/speed", {"speed": "fast"}, 'A speed needs "speed"'),
        ("/twin/speed", {"speed": True}, 'A speed needs "speed"'),
        ("/twin/speed", b"NaN", "The body has to be a JSON object"),
        ("/twin/speed", b'{"speed": NaN}', "nan is no speed"),
        ("/twin/jump", b"{", "The body is no JSON"),
        ("/twin/timeline?since=-1", None, "since='-1' is no number of an entry"),
    ],
)
def test_bad_input_gets_one_sentence_and_changes_nothing(
    path: str, given: Any, sentence: str, twin: Any
) -> None:
    before = twin.state()
    status, found = twin.ask(path, given)
    assert (status, list(found)) == (400, ["error"])
    assert sentence in found["error"]
    assert twin.state() == before


def test_a_foreign_page_cannot_press_the_buttons(twin: Any) -> None:
    status, _ = twin.ask("/twin/jump", {"to": "+1h"}, **{"Content-Type": "text/plain"})
    assert status == 415
    status, found = twin.ask("/twin/state", Host="toban.example")
    assert (status, found) == (
        403,
        {"error": "The twin answers on loopback only: ask 127.0.0.1 or localhost."},
    )
