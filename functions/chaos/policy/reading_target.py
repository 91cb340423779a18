"""Reads what an experiment is aimed at: target, blast radius and parameters, each as its fault needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.chaos.policy.experiment import BlastRadius, Target
from functions.chaos.policy.numbers import NEVER
from functions.core.reading.faults import listed
from functions.core.reading.table import Table

if TYPE_CHECKING:
    from functions.chaos.policy.catalogue import Fault
    from functions.core.reading.faults import Faults

NAMESPACE = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
WORKLOAD = r"(Deployment|StatefulSet|Rollout)/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?"
ZONE = r"[a-z]{2}(-[a-z]+)+-[0-9][a-z]"

_KEYS = {
    "pods": ("namespace", "workload"),
    "nodes": ("nodegroup",),
    "zone": ("namespace", "zone", "workload"),
    "database": ("database",),
    "cache": ("cache",),
}
_RADIUS = {
    "pods": ("count", "percent", "at_most"),
    "nodes": ("count", "percent", "at_most"),
    "zone": ("zones",),
    "database": ("zones",),
    "cache": ("zones",),
}
_NUMBERS = {
    "delay_ms": (1, 10_000),
    "jitter_ms": (0, 10_000),
    "loss_percent": (1, 100),
    "workers": (1, 16),
    "load_percent": (1, 100),
    "megabytes": (1, 65_536),
}
HOST = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
NETWORK = r"((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)/(3[0-2]|[12]?\d)"


def read_target(table: Table, fault: Fault, faults: Faults) -> Target:
    """Reads the target that a fault needs."""
    keys = _KEYS[fault.unit]
    inner = Table(table.raw("target"), "$.target", faults, keys=keys)
    if not inner.is_object:
        return Target()
    found: dict[str, str] = {}
    for key in keys:
        if key == "namespace":
            found[key] = inner.text(key, "a namespace", pattern=NAMESPACE)
            if found[key] in NEVER:
                inner.fault(
                    key, f'"{found[key]}" is never a target: it holds what stops or watches experiments'
                )
        elif key == "workload":
            what = "a workload such as Deployment/api-service"
            found[key] = inner.text(key, what, pattern=WORKLOAD, default="" if fault.unit == "zone" else None)
        elif key == "zone":
            found[key] = inner.text(key, "an availability zone such as ap-northeast-1a", pattern=ZONE)
        else:
            found[key] = inner.identifier(key, f"the name of a {key}")
    return Target(**found)


def read_blast_radius(table: Table, fault: Fault, faults: Faults) -> BlastRadius:
    """Reads how much is hit; exactly one number says it."""
    keys = _RADIUS[fault.unit]
    inner = Table(table.raw("blast_radius"), "$.blast_radius", faults, keys=keys)
    if not inner.is_object:
        return BlastRadius()
    given = [key for key in keys if key != "at_most" and inner.has(key)]
    if len(given) != 1:
        ways = [key for key in keys if key != "at_most"]
        faults.add("$.blast_radius", f"needs exactly one of {listed(ways)}")
    bounds = {"count": (1, 10_000), "percent": (1, 100), "zones": (1, 10), "at_most": (1, 10_000)}
    found = {key: inner.whole(key, *bounds[key]) for key in keys if inner.has(key)}
    return BlastRadius(**{"number" if key == "count" else key: value for key, value in found.items()})


def read_parameters(table: Table, fault: Fault, faults: Faults) -> dict[str, int | str]:
    """Reads the parameters that a fault takes, and no others."""
    keys = tuple(key.rstrip("?") for key in fault.parameters)
    if not keys:
        if table.has("parameters"):
            Table(table.raw("parameters"), "$.parameters", faults, keys=())
        return {}
    inner = Table(table.raw("parameters"), "$.parameters", faults, keys=keys)
    found: dict[str, int | str] = {}
    if not inner.is_object:
        return found
    for key in fault.parameters:
        name = key.rstrip("?")
        if name == "toward":
            if fault.name == "dependency-errors":
                found[name] = inner.text(
                    name, "a dependency's host name, such as db.example.com", pattern=HOST
                )
            else:
                what = "a dependency's host name or network, such as db.example.com or 10.0.21.0/24"
                found[name] = inner.text(name, what, pattern=f"{HOST}|{NETWORK}")
        elif not key.endswith("?") or inner.has(name):
            found[name] = inner.whole(name, *_NUMBERS[name])
    if int(found.get("jitter_ms", 0)) > int(found.get("delay_ms", 10_000)):
        inner.fault("jitter_ms", 'must not be more than "delay_ms"')
    return found
