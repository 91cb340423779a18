"""What the loss of one zone would hit: one zone of three or more, and the rest keep every budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.chaos.policy.radius import Radius

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.inventory import Workload
    from functions.chaos.policy.numbers import Numbers


def zone_radius(experiment: Experiment, facts: Facts, numbers: Numbers) -> Radius:
    """Returns what the loss of the zone would hit: the target's workload, or all of its namespace."""
    target = experiment.target
    workloads = [
        each
        for each in facts.of("workloads")
        if each.namespace == target.namespace and target.workload in ("", each.name) and each.ready
    ]
    zones = {pod.zone for workload in workloads for pod in workload.ready}
    if not zones:
        return Radius("zone", refusals=(f"namespace {target.namespace} has no ready pod of the target",))
    asked = experiment.blast_radius.zones or 0
    only = f"zone {min(zones)} holds all ready pods: without it nothing is left to prove anything with"
    pods = tuple((each.name, len(_in_zone(each, target.zone))) for each in workloads)
    refusals = [f"{asked} zones are asked for, at most 1 may go"] if asked > 1 else []
    if len(zones) > 1:
        refusals += _refusals(workloads, zones, target.zone, numbers)
    return Radius(
        "zone",
        asked=asked,
        cap=1 if len(zones) >= numbers.least_zones else 0,
        ready=len(zones),
        limits=(
            f"1: one zone, where {numbers.least_zones} or more hold ready pods and the rest keep the budgets",
        ),
        refusals=tuple(refusals),
        not_applicable=only if len(zones) == 1 else "",
        pods=tuple((name, count) for name, count in pods if count),
    )


def _refusals(workloads: list[Workload], zones: set[str], zone: str, numbers: Numbers) -> list[str]:
    found = []
    if len(zones) < numbers.least_zones:
        found.append(f"{len(zones)} zones hold ready pods, at least {numbers.least_zones} must")
    if zone not in zones:
        found.append(f"zone {zone} holds no ready pod of the target")
    for workload in workloads:
        rest = len(workload.ready) - len(_in_zone(workload, zone))
        if _in_zone(workload, zone) and rest < workload.minimum:
            found.append(
                f"without {zone}, {workload.name} has {rest} ready pods, and {workload.minimum} must stay"
            )
    return found


def _in_zone(workload: Workload, zone: str) -> list[str]:
    return [pod.name for pod in workload.ready if pod.zone == zone]
