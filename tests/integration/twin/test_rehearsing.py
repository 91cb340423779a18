"""A person rehearses from the command line: every fault is begun, listed, seen and lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin.rehearsal.faults import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def rehearsal(stand_up: Callable[..., Any]) -> Iterator[Any]:
    with stand_up("--port", "0", "--scenario", "no-capacity", "--speed", "0") as twin:
        yield twin


def said(twin: Any, *words: str) -> str:
    done = twin.toban("twin", *words)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def entries(twin: Any) -> list[dict[str, Any]]:
    found, since = [], 0
    while True:
        status, page = twin.ask(f"/twin/timeline?since={since}")
        assert status == 200
        if not page["entries"]:
            return found
        found += page["entries"]
        since = page["next"]


def test_the_list_names_every_fault_and_that_nothing_is_broken(rehearsal: Any) -> None:
    listed = said(rehearsal, "fault", "list")
    assert [line.split()[0] for line in listed.splitlines()[:-1]] == list(KINDS)
    assert listed.splitlines()[-1] == "nothing is broken"


@pytest.mark.parametrize("kind", KINDS)
def test_each_fault_is_begun_listed_and_lifted(rehearsal: Any, kind: str) -> None:
    begun = said(rehearsal, "fault", "add", kind, "dev")
    number = begun.partition(":")[0]
    assert f"{kind} in dev" in begun
    assert begun.strip() in said(rehearsal, "fault", "list").splitlines()

    said(rehearsal, "jump", "+5m")
    assert said(rehearsal, "fault", "lift", number).startswith(f"lifted: {number}: {kind} in dev")
    assert said(rehearsal, "fault", "list").splitlines()[-1] == "nothing is broken"
    told = [entry["what"] for entry in entries(rehearsal) if entry["subject"] == f"dev/{kind}"]
    assert told == ["began", "lifted"]
    assert rehearsal.state()["fault"] is None


def test_an_alarm_rises_in_front_of_the_person(rehearsal: Any) -> None:
    begun = said(rehearsal, "fault", "add", "full-pool", "prod")
    said(rehearsal, "jump", "+10m")
    alarms = {each["name"]: each["state"] for each in rehearsal.state()["alarms"]}
    assert alarms["RDS High Connections (prod)"] == "ALARM"
    said(rehearsal, "fault", "lift", begun.partition(":")[0])


def test_what_is_wrong_is_said_in_a_sentence(rehearsal: Any) -> None:
    for words in (("add", "full-poll", "dev"), ("add", "full-pool", "mars"), ("lift", "99")):
        done = rehearsal.toban("twin", "fault", *words)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()


def test_the_scenarios_verdicts_come_when_its_time_is_over(rehearsal: Any) -> None:
    said(rehearsal, "jump", "+1d")
    assert [entry for entry in entries(rehearsal) if entry["kind"] == "expectation"]
