"""The land does not lie: a handful of its stories come to the same nodes and words in the twin.

The twin has the real template, machines, alarms and adapters; the land is what the seeds are played in.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.fuzz.playing import TICK, Player
from tests.fuzz.story import Event, Story
from twin.api_faults import Fault, FaultKind
from twin.play import play
from twin.scenarios.arrangements import at
from twin.scenarios.scenario import Expectation, Outcome, Scenario, World

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 12, 8, 3, tzinfo=UTC)
"""Tuesday noon in Tokyo."""
LOOKS = tuple(NOON + timedelta(hours=hours) for hours in (9, 15, 20.5, 23))
"""Nine in the evening, three in the night, half past eight and eleven in the morning."""
DEV = {"primary": (2, 3, 6), "spot": (0, 3, 6)}
"""The node groups of dev, as stacks/ and samconfig.toml make them; the land has them in this order."""
ALARMS = {"untold-pages": "ALARM untold on_duty", "untold-notices": "ALARM untold team"}


class Told(NamedTuple):
    """What a night came to: Ready nodes at each look, the last sizes, and the subjects that were told."""

    nodes: tuple[int, ...]
    sizes: tuple[tuple[int, int, int], ...]
    said: frozenset[str]


def in_the_land(*events: Event) -> Told:
    story = Story(
        seed=0,
        begin=NOON,
        days=1,
        sizes=tuple(DEV.values()),
        replicas=(2, 2),
        databases=("ok",),
        night=(2, "reduced", "running"),
        share=50,
        guarded=False,
        events=events,
    )
    player = Player(story)
    land, nodes, now = player.played.land, [], NOON
    while now <= LOOKS[-1]:
        player.tick(now)
        if now in LOOKS:
            nodes.append(sum(node.ready_at <= now for node in land.nodes.values()))
        now += TICK
    sizes = tuple((each.size.min, each.size.desired, each.size.max) for each in land.groups.values())
    said = {f"{to}: {subject}" for _, to, subject in player.played.told}
    return Told(tuple(nodes), sizes, frozenset(map(_plain, said)))


@cache
def outcome_of(name: str) -> Outcome:
    """Plays a story in the twin, once."""
    kept: list[Outcome] = []

    def keep(outcome: Outcome) -> list[str]:
        kept.append(outcome)
        return []

    scenario = Scenario(
        name=name,
        title="A story of the land",
        summary="The same in both worlds.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=STORIES[name][1],
        expectations=(Expectation("The outcome is looked at.", keep),),
    )
    play(scenario, template=ROOT / "template.yaml")
    return kept[0]


def in_the_twin(name: str) -> Told:
    outcome = outcome_of(name)
    nodes = tuple(int(outcome.environments["dev"].nodes.at(look)) for look in LOOKS)
    said = set()
    for entry in outcome.timeline.of("page", "notice"):
        if not entry.subject.startswith("toban-dev-"):
            continue
        to = "on_duty" if entry.kind == "page" else "team"
        alarm = re.match(r'(ALARM|OK): "toban-dev-([a-z-]+)"', entry.what)
        if alarm is None:
            said.add(f"{to}: {entry.what}")
        elif alarm[1] == "ALARM" and alarm[2] in ALARMS:
            said.add(f"{to}: {ALARMS[alarm[2]]}")
    after = outcome.after["dev"].nodegroups
    assert set(after) == set(DEV)
    return Told(nodes, tuple(after[name] for name in DEV), frozenset(map(_plain, said)))


def _plain(text: str) -> str:
    """Returns what was said without its hour, and without how long whoever was asked took to answer."""
    return re.sub(r"\d\d:\d\d", "#", text)


def throttle(service: str, begin: int, end: int) -> Callable[[World], None]:
    """Returns what throttles every call to a service between two minutes after noon."""

    def arrange(world: World) -> None:
        fault = Fault(FaultKind.THROTTLE, service=service, times=None)
        at(world, NOON + timedelta(minutes=begin), lambda: world.api_calls.inject(fault), "throttle")
        at(world, NOON + timedelta(minutes=end), lambda: world.api_calls.lift(fault), "throttle ends")

    return arrange


STORIES: dict[str, tuple[tuple[Event, ...], Callable[[World], None]]] = {
    "quiet": ((), lambda _world: None),
    "table": ((Event(600, "table", minutes=480),), throttle("dynamodb", 600, 1080)),
    "table in a sleep": ((Event(601, "table", minutes=479),), throttle("dynamodb", 601, 1080)),
    "node groups": ((Event(600, "node groups", minutes=180),), throttle("eks", 600, 780)),
}


@pytest.mark.parametrize("name", list(STORIES))
def test_a_story_comes_to_the_same_in_the_land_and_in_the_twin(name: str) -> None:
    assert in_the_land(*STORIES[name][0]) == in_the_twin(name)


@pytest.mark.parametrize(
    ("story", "rung"),
    [("table", {"untold-pages": 1, "untold-notices": 0}), ("table in a sleep", dict.fromkeys(ALARMS, 1))],
)
def test_a_table_that_is_throttled_all_night_rings_an_alarm_once_for_whom_it_leaves_untold(
    story: str, rung: dict[str, int]
) -> None:
    """A tick that cannot decide is for whoever is on duty; a sleep that is cut short is the team's first.

    Found by this: the functions' service was a third dimension of the metric, and no alarm ever rang.
    """
    timeline = outcome_of(story).timeline
    changes = [(e.subject, e.what) for e in timeline.of("alarm") if "-> ALARM" in e.what]
    assert rung == {name: sum(subject == f"toban-dev-{name}" for subject, _ in changes) for name in ALARMS}
    pages = [entry.what for entry in timeline.of("page") if entry.subject.startswith("toban-dev-")]
    assert len(pages) <= 2, pages
