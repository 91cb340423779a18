"""What an autoscaler's metrics say: use against target, and the replicas that each one asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import TypeAlias

from twin.cluster.controllers.node_fit import requests_of
from twin.cluster.scaling_rules import TOLERANCE
from twin.cluster.shapes import Object, quantity

Load: TypeAlias = dict[str, Decimal]
"""What a workload's pods use together, by resource: CPU in cores, memory in bytes."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric.

    Attributes:
        resource: `cpu` or `memory`; for another kind of metric its type.
        proposed: The replicas that it asks for; None when nobody measures it.
        average: The use of one ready pod.
        percent: The same as a percentage of what the pod requests; None for a target in absolute terms.
    """

    resource: str
    proposed: int | None = None
    average: Decimal = Decimal(0)
    percent: int | None = None


def measured(metrics: list[Object], target: Object, load: Load | None) -> list[Measure]:
    """Reads every metric of an autoscaler against its workload's load."""
    return [_measure(metric, target, load or {}) for metric in metrics]


def _measure(metric: Object, target: Object, load: Load) -> Measure:
    resource = (metric.get("resource") or {}).get("name") or metric["type"]
    ready = int((target.get("status") or {}).get("readyReplicas") or 0)
    if metric["type"] != "Resource" or resource not in load or not ready:
        return Measure(resource)
    goal, total = metric["resource"]["target"], load[resource]
    request = requests_of(target["spec"]["template"]).get(resource, Decimal(0))
    if goal["type"] == "Utilization":
        if not request:
            return Measure(resource)
        per_pod = request * goal["averageUtilization"] / 100
        percent: int | None = int(100 * total / (ready * request))
    else:
        per_pod, percent = quantity(goal["averageValue"]), None
    replicas = int(target["spec"]["replicas"])
    return Measure(resource, _proposed(total, per_pod, ready, replicas), total / ready, percent)


def _proposed(total: Decimal, per_pod: Decimal, ready: int, replicas: int) -> int:
    """Returns the replicas at which each pod would be at its target.

    Pods that are not ready yet count as idle when the load asks for more: they will take their share of it.
    """
    ratio = total / (per_pod * ready)
    if abs(ratio - 1) <= TOLERANCE:
        return replicas
    unready = max(replicas - ready, 0)
    if ratio > 1 and unready:
        ratio = total / (per_pod * (ready + unready))
        if ratio <= 1 + Decimal(str(TOLERANCE)):
            return replicas
        return ceil(ratio * (ready + unready))
    return ceil(ratio * ready)
