"""How many would be hit, and why no more: past a cap an experiment is refused, never cut down."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.chaos.policy.blast_nodes import nodes_that_may_go
from functions.chaos.policy.blast_zone import zone_radius
from functions.chaos.policy.radius import Radius

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.chaos.policy.experiment import BlastRadius, Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.numbers import Numbers


class Limit(NamedTuple):
    """One cap: how many it allows, and whose it is."""

    most: int
    why: str


def radius_of(experiment: Experiment, facts: Facts, numbers: Numbers) -> Radius:
    """Returns what the experiment would hit; the sources that its fault needs have been read."""
    return _RADIUS[experiment.fault.unit](experiment, facts, numbers)


def asked_of(radius: BlastRadius, ready: int) -> int:
    """Returns how many a document asks for: a percentage of the ready ones rounds down, at least one."""
    return radius.number if radius.number is not None else max(1, ready * (radius.percent or 0) // 100)


def _pods(experiment: Experiment, facts: Facts, numbers: Numbers) -> Radius:
    target = experiment.target
    known = [each for each in facts.of("workloads") if (each.namespace, each.name) == target[:2]]
    if not known:
        return Radius("pods", refusals=(f"{target.workload} is not in namespace {target.namespace}",))
    workload = known[0]
    ready = len(workload.ready)
    if not ready:
        return Radius("pods", refusals=(f"{workload.name} has no ready pod",))
    budget = Limit(max(0, ready - workload.minimum), f"of {ready} ready, {workload.minimum} must stay")
    return _counted("pods", experiment, ready, numbers, budget)


def _nodes(experiment: Experiment, facts: Facts, numbers: Numbers) -> Radius:
    group = experiment.target.nodegroup
    nodes = [node for node in facts.of("nodes") if node.nodegroup == group and node.ready]
    if not nodes:
        return Radius("nodes", refusals=(f"node group {group} has no ready node",))
    budgets = Limit(
        nodes_that_may_go(nodes, facts.of("workloads")),
        "nodes may go, whichever they are, before a workload has fewer ready pods than must stay",
    )
    last = Limit(len(nodes) - 1, "the last ready node stays")
    return _counted("nodes", experiment, len(nodes), numbers, budgets, last)


def _counted(unit: str, experiment: Experiment, ready: int, numbers: Numbers, *more: Limit) -> Radius:
    asked = asked_of(experiment.blast_radius, ready)
    own = experiment.blast_radius.at_most
    share = max(1, ready * numbers.most_percent // 100)
    limits = [
        Limit(share, f"the policy: {numbers.most_percent} % of {ready} ready {unit}, at least 1"),
        *more,
    ]
    if own is not None:
        limits.append(Limit(own, 'the document\'s "at_most"'))
    cap = min(limit.most for limit in limits)
    said = tuple(f"{limit.most}: {limit.why}" for limit in limits)
    refusals = (
        () if asked <= cap else (f"{asked} of {ready} ready {unit} are asked for, at most {cap} may go",)
    )
    return Radius(unit, asked=asked, cap=cap, ready=ready, limits=said, refusals=refusals)


def _database(experiment: Experiment, facts: Facts, _numbers: Numbers) -> Radius:
    name = experiment.target.database
    known = [each for each in facts.of("databases") if each.name == name]
    single = f"{name} is in one zone (Multi-AZ is off): it cannot fail over"
    return _of_two_zones("database", name, experiment, single, two=[each.multi_az for each in known])


def _cache(experiment: Experiment, facts: Facts, _numbers: Numbers) -> Radius:
    name = experiment.target.cache
    known = [each for each in facts.of("caches") if each.name == name]
    single = f"{name} has one node, or is in one zone: it cannot fail over"
    return _of_two_zones(
        "cache", name, experiment, single, two=[each.multi_az and each.nodes > 1 for each in known]
    )


def _of_two_zones(unit: str, name: str, experiment: Experiment, single: str, *, two: list[bool]) -> Radius:
    if not two:
        return Radius(unit, refusals=(f"{unit} {name} is not there",))
    asked = experiment.blast_radius.zones or 0
    refusals = (f"{asked} zones are asked for, at most 1 may go",) if asked > 1 else ()
    limits = ("1: one of the zones that it is in",)
    return Radius(
        unit,
        asked=asked,
        cap=1,
        ready=2,
        limits=limits,
        refusals=refusals,
        not_applicable="" if two[0] else single,
    )


_RADIUS: dict[str, Callable[[Experiment, Facts, Numbers], Radius]] = {
    "pods": _pods,
    "nodes": _nodes,
    "zone": zone_radius,
    "database": _database,
    "cache": _cache,
}
