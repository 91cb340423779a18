"""How many are hit: never more than the smallest cap, and past it nothing instead of less."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chaos.worlds import ZONES, answer, workload


def hit(radius: dict[str, int], *workloads: dict[str, Any]) -> tuple[str, int, int]:
    decision = answer(document={"blast_radius": radius}, workloads=[*workloads])
    assert decision.radius is not None
    return decision.answer, decision.radius.asked, decision.radius.cap


@pytest.mark.parametrize(
    ("radius", "ready", "minimum", "expected"),
    [
        ({"count": 1}, 3, 2, ("run", 1, 1)),
        ({"count": 2}, 6, 2, ("refused", 2, 1)),
        ({"count": 2}, 7, 2, ("run", 2, 2)),
        ({"percent": 33}, 10, 2, ("run", 3, 3)),
        ({"percent": 34}, 10, 2, ("run", 3, 3)),
        ({"percent": 40}, 10, 2, ("refused", 4, 3)),
        ({"percent": 1}, 3, 2, ("run", 1, 1)),
        ({"percent": 33}, 12, 10, ("refused", 3, 2)),
        ({"percent": 33, "at_most": 2}, 12, 2, ("refused", 3, 2)),
        ({"percent": 33, "at_most": 3}, 12, 2, ("run", 3, 3)),
        ({"count": 1}, 1, 0, ("refused", 1, 0)),
        ({"count": 1}, 2, 2, ("refused", 1, 0)),
    ],
)
def test_pods(radius: dict[str, int], ready: int, minimum: int, expected: tuple[str, int, int]) -> None:
    assert hit(radius, workload(ready, minimum)) == expected


@pytest.mark.parametrize(
    ("budgets", "may_go"),
    [
        ([], 2),
        ([{"min_available": "50%"}], 1),
        ([{"max_unavailable": 1}], 1),
        ([{"max_unavailable": "34%"}], 2),
        ([{"max_unavailable": 1}, {"min_available": 3}], 0),
    ],
)
def test_a_budget_in_any_of_its_forms_keeps_its_pods(budgets: list[Any], may_go: int) -> None:
    """Of three; percentages round up, as in Kubernetes, and the last ready pod stays without any budget."""
    decision = answer(workloads=[workload(3, budgets=budgets)])

    assert decision.radius is not None
    assert decision.radius.cap == min(1, may_go)
    assert any(limit.startswith(f"{may_go}: ") for limit in decision.radius.limits)


def spread(*counts: int) -> list[dict[str, Any]]:
    zones = [zone for zone, count in zip(ZONES, counts, strict=False) for _ in range(count)]
    return [{"name": f"p{n}", "ready": True, "zone": zone, "node": f"n{n}"} for n, zone in enumerate(zones)]


@pytest.mark.parametrize(
    ("counts", "minimum", "said"),
    [
        ((1, 1, 1), 2, "run"),
        ((2, 1, 1), 2, "run"),
        ((2, 1, 1), 3, "refused"),
        ((2, 2), 2, "refused"),
        ((0, 2, 2), 2, "refused"),
        ((4,), 2, "not_applicable"),
        ((0, 4), 2, "not_applicable"),
    ],
)
def test_a_zone_goes_where_three_hold_ready_pods_and_the_rest_keep_the_budget(
    counts: tuple[int, ...], minimum: int, said: str
) -> None:
    pods = spread(*counts)
    assert answer("zone-outage", workloads=[workload(len(pods), minimum, pods=pods)]).answer == said


def test_two_zones_are_never_taken() -> None:
    for name in ("zone-outage", "database-failover", "cache-failover"):
        assert answer(name, document={"blast_radius": {"zones": 2}}).refused_by == ("blast-radius",)


def test_a_node_goes_only_if_any_of_them_may() -> None:
    pods = spread(1, 1, 1)
    together = [{**pod, "node": "node-0"} for pod in pods]

    assert answer("node-loss", workloads=[workload(3, 2, pods=pods)]).answer == "run"
    assert answer("node-loss", workloads=[workload(3, 2, pods=together)]).refused_by == ("blast-radius",)
    stranger = workload(1, 0, namespace="other", workload="Deployment/alone", pods=together[:1])
    assert answer("node-loss", workloads=[workload(3, 2, pods=pods), stranger]).refused_by == (
        "blast-radius",
    )


def test_the_fullest_node_counts_for_it_may_be_the_one_that_ends() -> None:
    """Two of four are on one node: without another node three stay, without this one two."""
    pods = spread(2, 1, 1)
    uneven = [{**pod, "node": f"node-{zone}"} for pod, zone in zip(pods, (0, 0, 1, 2), strict=True)]

    assert answer("node-loss", workloads=[workload(4, 2, pods=uneven)]).answer == "run"
    assert answer("node-loss", workloads=[workload(4, 3, pods=uneven)]).refused_by == ("blast-radius",)
