"""Reads the parts of a schedule document that speak of what is operated: targets, protection, caps."""

from __future__ import annotations

import re
from typing import Any

from functions.core.reading.faults import Faults, shown
from functions.core.reading.table import Table
from functions.night_scaling.schedule.model import Caps
from functions.night_scaling.schedule.reading_times import MOST_NODES
from functions.night_scaling.schedule.targets import DatabaseInstance, DeclaredNodegroup, Protected, Target

_NAMESPACE = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_WORKLOAD = r"[a-z0-9-]{1,63}/[a-z0-9.-]{1,253}"
_NODEGROUP = ("name", "instance_type", "spot", "min", "desired", "max", "fallback")
_IDENTIFIER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"


def read_targets(document: Table, faults: Faults) -> tuple[Target, ...]:
    """Reads the clusters and what belongs to each."""
    return document.items("targets", lambda value, path: _target(value, path, faults), most=1000)


def _target(value: Any, path: str, faults: Faults) -> Target:
    table = Table(value, path, faults, keys=("name", "cluster", "nodegroups", "namespaces", "databases"))
    return Target(
        name=table.name("name"),
        cluster=table.identifier("cluster", "the name of an EKS cluster"),
        nodegroups=table.items("nodegroups", lambda each, at: _nodegroup(each, at, faults), most=50, least=1),
        namespaces=table.items(
            "namespaces", lambda each, at: _matching(each, at, faults, _NAMESPACE, "a namespace"), most=100
        ),
        databases=table.items("databases", lambda each, at: _database(each, at, faults), most=50),
    )


def _nodegroup(value: Any, path: str, faults: Faults) -> DeclaredNodegroup:
    table = Table(value, path, faults, keys=_NODEGROUP)
    minimum = table.whole("min", 0, MOST_NODES)
    desired = table.whole("desired", 0, MOST_NODES)
    maximum = table.whole(
        "max", 1, MOST_NODES
    )  # EKS refuses a maximum of 0, so a night that asks for it never sleeps
    if table.is_object and not minimum <= desired <= maximum:
        table.fault("desired", f'must lie between "min" ({minimum}) and "max" ({maximum}), not {desired}')
    name = table.identifier("name", "the name of a managed node group")
    return DeclaredNodegroup(
        name,
        table.identifier("instance_type", "an instance type such as t3.medium"),
        minimum,
        desired,
        maximum,
        fallback=table.identifier("fallback", "the name of a managed node group")
        if table.has("fallback")
        else None,
        spot=table.flag("spot", default=False),
    )


def _database(value: Any, path: str, faults: Faults) -> DatabaseInstance:
    table = Table(value, path, faults, keys=("name", "instance_class", "multi_az"))
    return DatabaseInstance(
        table.identifier("name", "the identifier of an RDS instance"),
        table.identifier("instance_class", "an instance class such as db.t3.micro"),
        table.flag("multi_az", default=False),
    )


def read_protected(document: Table, faults: Faults) -> Protected:
    """Reads what is never touched."""
    raw = document.raw("protected") if document.has("protected") else {}
    kinds = {
        "nodegroups": (_IDENTIFIER, "the name of a node group"),
        "namespaces": (_NAMESPACE, "a namespace"),
        "workloads": (_WORKLOAD, "namespace/name"),
        "databases": (_IDENTIFIER, "the identifier of an RDS instance"),
    }
    table = Table(raw, document.at("protected"), faults, keys=kinds)

    def read(kind: str) -> frozenset[str]:
        pattern, what = kinds[kind]
        return frozenset(
            table.items(kind, lambda each, at: _matching(each, at, faults, pattern, what), most=500)
        )

    return Protected(read("nodegroups"), read("namespaces"), read("workloads"), read("databases"))


def read_caps(document: Table, faults: Faults) -> Caps:
    """Reads the limits; each that is missing keeps its default."""
    raw = document.raw("caps") if document.has("caps") else {}
    keys = ("hold_hours", "holds_per_owner", "share_per_tick_percent")
    table = Table(raw, document.at("caps"), faults, keys=keys)
    usual = Caps()
    return Caps(
        hold_hours=table.whole("hold_hours", 1, 168, default=usual.hold_hours),
        holds_per_owner=table.whole("holds_per_owner", 1, 50, default=usual.holds_per_owner),
        share_per_tick_percent=table.whole(
            "share_per_tick_percent", 1, 100, default=usual.share_per_tick_percent
        ),
    )


def _matching(value: Any, path: str, faults: Faults, pattern: str, what: str) -> str:
    if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
        return value
    faults.add(path, f"must be {what}, not {shown(value)}")
    return ""
