"""Laws that hold for any inventory and any world: caps, one at a time, nothing overlapped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.facts import SOURCES
from functions.chaos.policy.gates import needed_by
from functions.chaos.policy.numbers import Numbers
from functions.chaos.ports import GuardPorts
from tests.unit.chaos.worlds import CALM, NOW, ZONES, answer

BEGIN = datetime.fromisoformat(NOW)
POD_FAULTS = [name for name, fault in FAULTS.items() if fault.unit == "pods"]

PLACES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.booleans()), min_size=0, max_size=24)
SCALED = st.one_of(st.integers(0, 24), st.integers(0, 100).map(lambda percent: f"{percent}%"))
BUDGETS = st.lists(
    st.one_of(
        SCALED.map(lambda value: {"min_available": value}),
        SCALED.map(lambda value: {"max_unavailable": value}),
    ),
    max_size=2,
)
RADII = st.one_of(
    st.integers(1, 24).map(lambda count: {"count": count}),
    st.integers(1, 100).map(lambda percent: {"percent": percent}),
    st.tuples(st.integers(1, 100), st.integers(1, 9)).map(lambda two: {"percent": two[0], "at_most": two[1]}),
)


def inventory(name: str, places: list[tuple[int, int, bool]], budgets: list[Any]) -> dict[str, Any]:
    pods = [
        {"name": f"{name}-{number}", "ready": ready, "zone": ZONES[zone], "node": f"node-{node}"}
        for number, (zone, node, ready) in enumerate(places)
    ]
    desired = sum(pod["ready"] for pod in pods)
    return {
        "namespace": "app-production",
        "workload": f"Deployment/{name}",
        "desired": desired,
        "budgets": budgets,
        "pods": pods,
    }


def must_stay(workload: dict[str, Any]) -> int:
    """Returns what budgets keep, worked out apart from the code: Kubernetes rounds percentages up."""

    def scaled(value: Any) -> int:
        return value if isinstance(value, int) else -(-workload["desired"] * int(value[:-1]) // 100)

    asked = [
        scaled(each["min_available"])
        if "min_available" in each
        else workload["desired"] - scaled(each["max_unavailable"])
        for each in workload["budgets"]
    ]
    return max([1, *asked])


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(POD_FAULTS), PLACES, BUDGETS, RADII)
def test_pods_that_are_hit_never_exceed_any_cap(name: str, places: Any, budgets: Any, radius: Any) -> None:
    api = inventory("api-service", places, budgets)
    decision = answer(name, document={"blast_radius": radius}, workloads=[api])
    ready = api["desired"]
    if decision.answer == "run":
        assert decision.radius is not None
        hit = decision.radius.asked
        assert 1 <= hit <= max(1, ready * 33 // 100)
        assert ready - hit >= must_stay(api)
        assert hit <= radius.get("at_most", hit)
        assert hit == radius.get("count", max(1, ready * radius.get("percent", 0) // 100))


@settings(max_examples=120, deadline=None)
@given(PLACES, PLACES, BUDGETS, st.sampled_from(ZONES))
def test_a_zone_that_goes_leaves_two_zones_and_every_budget(
    one: Any, other: Any, budgets: Any, zone: str
) -> None:
    world = [inventory("api-service", one, budgets), inventory("worker", other, [])]
    target = {"namespace": "app-production", "zone": zone}
    decision = answer("zone-outage", document={"target": target}, workloads=world)
    ready = [(each, [pod for pod in each["pods"] if pod["ready"]]) for each in world]
    zones = {pod["zone"] for _, pods in ready for pod in pods}
    if decision.answer == "run":
        assert len(zones) >= 3
        for each, pods in ready:
            if any(pod["zone"] == zone for pod in pods):
                assert sum(pod["zone"] != zone for pod in pods) >= must_stay(each)
    assert (decision.answer == "not_applicable") == (len(zones) == 1)


@settings(max_examples=120, deadline=None)
@given(PLACES, PLACES, BUDGETS, RADII, st.integers(1, 6))
def test_whichever_nodes_end_every_workload_keeps_what_must_stay(
    one: Any, other: Any, budgets: Any, radius: Any, count: int
) -> None:
    world = [inventory("api-service", one, budgets), inventory("worker", other, [])]
    nodes = [
        {"name": f"node-{n}", "nodegroup": "primary", "zone": ZONES[0], "ready": True} for n in range(count)
    ]
    decision = answer("node-loss", document={"blast_radius": radius}, workloads=world, nodes=nodes)
    if decision.answer != "run":
        return
    assert decision.radius is not None
    hit = decision.radius.asked
    assert 1 <= hit <= max(1, count * 33 // 100)
    assert hit < count
    names = {node["name"] for node in nodes}
    for each in world:
        loads: dict[str, int] = {}
        ready = [pod for pod in each["pods"] if pod["ready"]]
        for pod in ready:
            if pod["node"] in names:
                loads[pod["node"]] = loads.get(pod["node"], 0) + 1
        lost = sum(sorted(loads.values(), reverse=True)[:hit])
        assert not lost or len(ready) - lost >= must_stay(each)


STRETCHES = st.tuples(st.integers(-3_000, 3_000), st.integers(1, 3_000))


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(sorted(FAULTS)),
    st.sampled_from(["schedule", "releases", "backups", "restores", "lock", "history"]),
    STRETCHES,
)
def test_no_run_overlaps_a_night_a_release_a_backup_a_recovery_a_remedy_or_another_run(
    name: str, source: str, stretch: tuple[int, int]
) -> None:
    """What is under way now has no begin; a remedy and a night hold the lock."""
    begin, end = BEGIN + timedelta(minutes=stretch[0]), BEGIN + timedelta(minutes=sum(stretch))
    values: dict[str, Any] = {
        "schedule": [{"kind": "sleep", "name": "x", "begin": begin.isoformat(), "end": end.isoformat()}],
        "lock": {"holder": "remediation", "leased_until": end.isoformat()},
        "history": [{"experiment": "other", "ended_at": None if end > BEGIN else end.isoformat()}],
    }
    work = [{"name": "x", "begins": begin.isoformat()}]
    decision = answer(name, **{source: values.get(source, work)})
    lasts = BEGIN + timedelta(minutes=30) + Numbers().recovery
    if decision.answer == "run":
        if source == "lock":
            assert end <= BEGIN
        elif source == "history":
            assert end <= BEGIN - timedelta(hours=1)
        elif source == "schedule":
            assert end <= BEGIN or begin >= BEGIN
        else:
            assert begin > BEGIN
    elif source not in {"lock", "history"}:
        assert begin < lasts


def test_the_guards_sources_are_its_ports() -> None:
    """So a source that is added to either is a gate, or this fails."""
    ports = {name for name in vars(GuardPorts) if not name.startswith("_")}

    assert ports == set(SOURCES)
    assert set(CALM) - {"now", "environment"} == set(SOURCES)


@pytest.mark.parametrize("name", FAULTS)
@settings(max_examples=25, deadline=None)
@given(unreadable=st.sets(st.sampled_from(SOURCES), min_size=1))
def test_whatever_cannot_be_read_the_experiment_starts_only_if_it_needs_none_of_it(
    name: str, unreadable: set[str]
) -> None:
    decision = answer(name, **{source: {"unreadable": "throttled"} for source in unreadable})
    needed = any(needed_by(FAULTS[name], source) for source in unreadable)

    assert (decision.answer == "run") == (not needed)
