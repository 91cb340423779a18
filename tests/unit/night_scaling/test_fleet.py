"""A fleet: a thousand clusters in one night, each verified, failures kept to themselves, requests counted."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from functions.core import names
from functions.core.nodegroups import Size
from functions.night_scaling.policy.active_schedule import APPLIED, LAST_GOOD
from functions.night_scaling.policy.fleet import TICK, due
from functions.night_scaling.policy.snapshot import Phase, snapshot_of
from functions.night_scaling.schedule.targets import Target
from functions.night_scaling.steps import list_targets
from functions.runtime.entrypoint import Call
from tests.fakes.control_table import FakeControlTable
from tests.fakes.step_functions import Walk
from tests.fakes.world import SETTINGS, World
from tests.unit.night_scaling.nights import FRIDAY, MONDAY, told_of_failures
from tests.unit.night_scaling.worlds import NODEGROUP, with_document

MEMBERS = 1000
"""Clusters of one deployment, as the design asks."""


def fleet(count: int) -> tuple[FakeControlTable, list[World]]:
    table = FakeControlTable()
    targets = [{"name": f"c{n}", "cluster": f"team-{n}", "nodegroups": [NODEGROUP]} for n in range(count)]
    with_document(World(table=table), {"targets": targets})
    table.put_note("dev", LAST_GOOD, table.recall("dev").note(APPLIED).values)
    worlds = []
    for number in range(count):
        settings = SETTINGS._replace(environment=f"dev/c{number}", databases=())
        worlds.append(World(settings=settings, table=table))
    return table, worlds


def night(world: World, start: Any) -> tuple[Walk, Counter[str]]:
    calls: Counter[str] = Counter()

    def count(name: str, call: Any) -> Any:
        calls[name.split(".", maxsplit=1)[0]] += 1
        return call()

    walk = Walk("night_scaling", world.watched(count, reads=True), now=start, name="n")
    walk.run({"target": world.settings.environment, "cause": "fleet"})
    return walk, calls


def test_a_thousand_clusters_sleep_and_wake_in_one_night_and_what_fails_fails_alone(capsys: Any) -> None:
    table, worlds = fleet(MEMBERS)
    sick = {17, 400, 999}
    for number in sick:
        worlds[number].cluster.forbidden.add("coredns-node-1")
    sleeping = [night(world, FRIDAY) for world in worlds]
    for number, world in enumerate(worlds):
        snapshot = snapshot_of(table.recall(f"dev/c{number}"))
        assert (snapshot.phase is Phase.ASLEEP) == (number not in sick)
        assert bool(told_of_failures(world)) == (number in sick)
        assert (world.nodegroups.groups["primary"].size == Size(0, 0, 6)) == (number not in sick)
    waking = [night(world, MONDAY) for world in worlds]
    for number, world in enumerate(worlds):
        assert snapshot_of(table.recall(f"dev/c{number}")) is None
        assert world.nodegroups.groups["primary"].size == Size(2, 3, 6)
    healthy = [number for number in range(MEMBERS) if number not in sick]
    down, up = ({tuple(sorted(runs[n][1].items())) for n in healthy} for runs in (sleeping, waking))
    assert len(down) == len(up) == 1, "the same requests for each cluster, whatever the fleet's size"
    with capsys.disabled():
        counts = [dict(next(iter(each))) for each in (down, up)]
        print(f"\n{MEMBERS} clusters; calls of each: asleep {counts[0]}, awake {counts[1]}")  # noqa: T201 - the count that was asked for


def listed(table: FakeControlTable, now: Any) -> list[dict[str, Any]]:
    world = World(table=table)
    call = Call(now=now, execution="x", run={"target": "dev", "cause": "fleet"})
    answer: dict[str, Any] = list_targets.handler.__wrapped__(call, world)  # type: ignore[attr-defined] # the step itself
    assert len(json.dumps(answer)) < 256 * 1024, "what a state may carry"
    return list(answer["targets"])


def test_a_tick_lists_all_members_to_wake_and_a_share_of_them_at_a_time_to_sleep() -> None:
    table, _ = fleet(MEMBERS)
    noon = FRIDAY - timedelta(hours=9)
    assert len(listed(table, noon)) == MEMBERS
    first, second = listed(table, FRIDAY), listed(table, FRIDAY + TICK)
    assert len(first) == len(second) == MEMBERS / 2
    assert {one["target"] for one in (*first, *second)} == {f"dev/c{n}" for n in range(MEMBERS)}
    assert {tuple(one) for one in first} == {("target", "cause")}, "what it consists of, its run looks up"


def test_the_stacks_own_cluster_is_no_member() -> None:
    table = FakeControlTable()
    own = {"name": "own", "cluster": SETTINGS.cluster, "nodegroups": [NODEGROUP]}
    with_document(World(table=table), {"targets": [own]})
    assert listed(table, FRIDAY) == []


def test_a_hold_on_one_member_keeps_that_one_awake_and_a_pause_keeps_all_as_they_are() -> None:
    table, worlds = fleet(3)
    values = {
        "kind": "keep_awake",
        "owner": "aoi",
        "reason": "r",
        "begins": FRIDAY.isoformat(),
        "expires": (FRIDAY + timedelta(hours=3)).isoformat(),
        "mode": None,
        "target": "c1",
    }
    table.place_hold("dev", "aoi-1", values, now=FRIDAY)
    for world in worlds:
        night(world, FRIDAY)
    assert [world.nodegroups.groups["primary"].size.desired for world in worlds] == [0, 3, 0]
    table.write_note("dev", names.PAUSE_NOTE, {"by": "aoi", "reason": "r"}, over=0)
    for world in worlds:
        night(world, MONDAY)
    assert [world.nodegroups.groups["primary"].size.desired for world in worlds] == [0, 3, 0]


targets = st.integers(0, 60).map(
    lambda count: tuple(Target(f"c{n}", f"t{n}", (), (), ()) for n in range(count))
)


@given(targets, st.integers(1, 100), st.integers(0, 10_000))
def test_every_member_has_its_turn_and_no_tick_takes_more_than_the_share(
    found: tuple[Target, ...], share: int, start: int
) -> None:
    now = FRIDAY + start * TICK
    turns = -(-100 // share)
    seen: set[str] = set()
    for turn in range(turns):
        chosen = due(found, share_percent=share, now=now + turn * TICK)
        assert len(chosen) <= max(1, -(-len(found) * share // 100) + 1)
        seen |= {one.name for one in chosen}
    assert seen == {one.name for one in found}
