"""What people read: times in the schedule's zone and to the minute, and nothing that Toban will not do."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from functions.core.control import Holder, Lock
from functions.core.errors import PermanentError
from functions.night_scaling.policy import access
from functions.night_scaling.policy.coexistence import wait_for_release
from functions.night_scaling.policy.ledger import Night
from functions.night_scaling.policy.notices import unsaved_night
from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.steps import list_targets, plan_night
from functions.runs.notifying import CALM
from functions.runs.policy.exclusion import at_work
from functions.runtime.entrypoint import Call, parse
from tests.fakes.world import SETTINGS, World
from tests.fuzz.playing import Player
from tests.fuzz.story import tell
from tests.unit.night_scaling.nights import EVENING, FRIDAY, MONDAY, TICK, tick
from tests.unit.night_scaling.test_fleet import fleet
from tests.unit.night_scaling.worlds import with_document

UTC_TIME = re.compile(r"\d\d:\d\d UTC|\d{4}-\d\d-\d\dT\d\d:\d\d")
"""A time that is not the zone's, or not a person's: `13:00 UTC`, `2026-11-30T13:00:00+00:00`."""


def test_whatever_stories_tell_and_record_shows_no_time_of_another_zone() -> None:
    """All that some random nights told, and the reasons and deeds of every run that they recorded."""
    said: list[str] = []
    for seed in range(5):
        player = Player(tell(seed))
        for topic in (player.world.pager, player.world.notices):
            topic.page = _and_keep(topic.page, said)
        player.play()
        for run in player.world.table.runs.values():
            said += [str(run.get("reason")), *map(str, run.get("did", ())), str(run.get("error", ""))]
    assert len(said) > 50
    assert any("(Asia/Tokyo)" in text for text in said)
    assert not [text for text in said if UTC_TIME.search(text)]


def _and_keep(page: object, said: list[str]) -> object:
    def kept(subject: str, message: str) -> None:
        said.extend((subject, message))
        page(subject, message)  # type: ignore[operator] # the topic's own

    return kept


def test_reasons_that_wait_name_the_wall_clock() -> None:
    world = World()
    zone = parse_schedule(json.dumps(DOCUMENT)).zone
    lock = Lock(Holder("arn:x", "night_scaling", "sleep"), EVENING)
    assert "until Tue 22:00 (Asia/Tokyo) at most" in str(
        at_work(lock, execution=None, now=EVENING - TICK, zone=zone)
    )
    waits = wait_for_release(("Rollout app/web",), since=EVENING, now=EVENING, zone=zone)
    assert "until Tue 23:00 (Asia/Tokyo) at most" in str(waits)
    world.cluster.forbidden.add("coredns-node-1")
    tick(world, FRIDAY)
    reason = plan_night.handler.__wrapped__(  # type: ignore[attr-defined] # the step itself
        Call(FRIDAY + 4 * TICK, "arn:y", {"target": "dev", "cause": "tick"}), world
    )["reason"]
    assert re.search(r"the next begins at Fri \d\d:\d\d \(Asia/Tokyo\)", str(reason)), reason


DOCUMENT = {"version": 1, "environment": "dev", "zone": "Asia/Tokyo", "modes": {"night": {"nodegroups": 1}}}


def test_an_unsaved_night_is_named_by_the_wall_clock() -> None:
    zone = parse_schedule(json.dumps(DOCUMENT)).zone
    night = Night(since="2026-11-24T13:00:00+00:00")
    text = unsaved_night(
        "dev", since=night.since, planned_hours=9, saved_hours=1, runbook="r", zone=zone
    ).text
    assert "since Tue 2026-11-24 22:00 (Asia/Tokyo) 9.0 instance hours" in text


def test_while_toban_only_observes_the_evening_notice_says_what_would_happen() -> None:
    world = with_document(World(settings=SETTINGS._replace(observe_days=7)), {})
    world.table.put_note("dev", access.OBSERVING, {"since": EVENING.isoformat()})
    tick(world, EVENING - TICK)
    [(subject, text)] = [page for page in world.notices.pages if "begin" in page[0]]
    assert subject == "Toban dev: night would begin at 22:00"
    assert "dev would go to night" in text
    assert "only observes until Tue 2026-12-01 22:00 (Asia/Tokyo): nothing changes" in text
    acting = with_document(World(), {})
    tick(acting, EVENING - TICK)
    [(subject, text)] = acting.notices.pages
    assert subject == "Toban dev: night begins at 22:00"
    assert "dev goes to night" in text


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({}, "The event lacks execution, now, run: this function is called by its state machine alone"),
        ([], "The event is a list: this function is called by its state machine alone"),
        ("x", "The event is a str: this function"),
        (None, "The event is a NoneType: this function"),
        (
            {"now": "x", "execution": "e", "run": []},
            "`run` is a list: the machine was started with something",
        ),
        ({"now": "x", "execution": "e", "run": {}}, "`now` is no instant"),
    ],
)
def test_an_event_of_somebody_else_is_refused_with_who_sends_it(event: object, sentence: str) -> None:
    with pytest.raises(PermanentError) as refused:
        parse(event)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize("step", [plan_night, list_targets])
@pytest.mark.parametrize("given", [{}, {"target": None}, {"target": ""}, {"target": ["dev"]}])
def test_a_machine_that_was_started_for_nobody_says_what_its_schedules_send(
    step: object, given: dict[str, object]
) -> None:
    with pytest.raises(PermanentError, match='without a "target"') as refused:
        step.handler.__wrapped__(Call(EVENING, "arn:x", given), World())  # type: ignore[attr-defined]
    assert '{"target": "dev", "cause": "tick"}' in str(refused.value)


def test_what_a_fleets_machine_told_is_over_when_it_has_listed_its_members_for_hours() -> None:
    table, worlds = fleet(2)
    own = World(settings=SETTINGS._replace(cluster="own"), table=table)
    keys = ("night_fleet-failed-0123456789abcdef", "night_scaling-undecided-0123456789abcdef")
    told = {"sentence": "Toban dev: night fleet ended: failed", "told_at": MONDAY.isoformat()}
    table.change("dev", pages=dict.fromkeys(keys, told))
    for number in range(40):
        now = MONDAY + number * TICK
        list_targets.handler.__wrapped__(  # type: ignore[attr-defined] # the step itself
            Call(now, f"arn:{number}", {"target": "dev", "cause": "fleet"}), own
        )
        assert bool(table.recall("dev").pages) == (number * TICK < CALM), number
    assert len(own.notices.pages) == 1
    [(subject, _)] = own.notices.pages
    assert subject.startswith("Toban dev: over since Mon 07:40 (Asia/Tokyo)")
    assert not any(world.pager.pages for world in worlds)


def test_ends_of_one_minute_are_one_notice() -> None:
    """A configuration and an opening are put right between two ticks; a failed decision was hours ago."""
    world = World()
    long_ago = (MONDAY - timedelta(hours=6)).isoformat()
    told = {
        f"night_scaling-{kind}-0123456789abcdef": {"sentence": f"Toban dev: {kind}", "told_at": long_ago}
        for kind in ("undecided", "config", "late")
    }
    world.table.change("dev", pages=told)
    tick(world, MONDAY + timedelta(hours=3))
    [(subject, text)] = world.notices.pages
    assert "over since" in subject
    assert all(word in text for word in ("undecided", "config", "late"))


def test_a_run_tells_of_its_end_and_of_older_ones_in_one_notice() -> None:
    world = World()
    tick(world, FRIDAY)
    long_ago = (MONDAY - timedelta(hours=6)).isoformat()
    told = {
        f"night_scaling-{kind}-0123456789abcdef": {"sentence": f"Toban dev: {kind}", "told_at": long_ago}
        for kind in ("undecided", "failed")
    }
    world.table.change("dev", pages=told)
    walk = tick(world, MONDAY)
    assert walk.path[-1] == "Done"
    ends = [text for subject, text in world.notices.pages if "over since" in subject]
    assert len(ends) == 1
    assert "undecided" in ends[0]
    assert "failed" in ends[0]
