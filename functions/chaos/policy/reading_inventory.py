"""Reads the inventory of a file of facts: workloads with pods and budgets, nodes, databases, caches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.chaos.policy.budgets import Budget
from functions.chaos.policy.inventory import Cache, Database, Node, Pod, Workload
from functions.chaos.policy.reading_sources import listed
from functions.chaos.policy.reading_target import NAMESPACE, WORKLOAD, ZONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.core.reading.table import Table

PERCENTAGE = r"(100|[0-9]{1,2})%"
LARGEST = 10_000
_A_ZONE = "an availability zone such as ap-northeast-1a"


def read_workloads(table: Table, key: str) -> tuple[Workload, ...]:
    """Reads workloads."""

    def workload(inner: Table) -> Workload:
        if not inner.has("budgets"):
            inner.fault("budgets", "is missing; write a list, which is empty where there is none")
        return Workload(
            inner.text("namespace", "a namespace", pattern=NAMESPACE),
            inner.text("workload", "a workload such as Deployment/api-service", pattern=WORKLOAD),
            inner.whole("desired", 0, LARGEST),
            listed(inner, "budgets", ("min_available", "max_unavailable"), _budget),
            _pods(inner),
        )

    keys = ("namespace", "workload", "desired", "budgets", "pods")
    found = listed(table, key, keys, workload)
    _refuse_doubles(table, key, [f"{each.namespace}/{each.name}" for each in found])
    return found


def _pods(table: Table) -> tuple[Pod, ...]:
    if not table.has("pods"):
        table.fault("pods", "is missing; write a list, which may be empty")
    found = listed(table, "pods", ("name", "ready", "zone", "node"), _pod)
    _refuse_doubles(table, "pods", [pod.name for pod in found])
    return found


def _pod(table: Table) -> Pod:
    if not table.has("ready"):
        table.fault("ready", "is missing; write true or false")
    return Pod(
        table.text("name", "a pod's name"),
        table.flag("ready", default=False),
        table.text("zone", _A_ZONE, pattern=ZONE),
        table.text("node", "a node's name"),
    )


def _budget(table: Table) -> Budget:
    given = [key for key in ("min_available", "max_unavailable") if table.has(key)]
    if table.is_object and len(given) != 1:
        table.faults.add(table.path, 'needs exactly one of "min_available" and "max_unavailable"')
    for key in given:
        value = table.raw(key)
        is_number = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
        if not is_number and not (isinstance(value, str) and re.fullmatch(PERCENTAGE, value, re.ASCII)):
            table.fault(key, f'must be a whole number from 0 to {LARGEST:,}, or a percentage such as "50%"')
            return Budget()
    return Budget(table.raw("min_available"), table.raw("max_unavailable")) if len(given) == 1 else Budget()


def read_nodes(table: Table, key: str) -> tuple[Node, ...]:
    """Reads nodes."""

    def node(inner: Table) -> Node:
        if not inner.has("ready"):
            inner.fault("ready", "is missing; write true or false")
        return Node(
            inner.text("name", "a node's name"),
            inner.identifier("nodegroup", "the name of a node group"),
            inner.text("zone", _A_ZONE, pattern=ZONE),
            inner.flag("ready", default=False),
        )

    found = listed(table, key, ("name", "nodegroup", "zone", "ready"), node)
    _refuse_doubles(table, key, [each.name for each in found])
    return found


def read_databases(table: Table, key: str) -> tuple[Database, ...]:
    """Reads databases."""

    def database(inner: Table) -> Database:
        _needs_flag(inner, "multi_az")
        name = inner.identifier("name", "the identifier of an RDS instance")
        status = inner.text("status", "RDS's word, such as available")
        return Database(name, inner.flag("multi_az", default=False), status)

    found = listed(table, key, ("name", "multi_az", "status"), database)
    _refuse_doubles(table, key, [each.name for each in found])
    return found


def read_caches(table: Table, key: str) -> tuple[Cache, ...]:
    """Reads caches."""

    def cache(inner: Table) -> Cache:
        _needs_flag(inner, "multi_az")
        name, nodes = (
            inner.identifier("name", "the name of a replication group"),
            inner.whole("nodes", 1, 500),
        )
        status = inner.text("status", "ElastiCache's word, such as available")
        return Cache(name, nodes, inner.flag("multi_az", default=False), status)

    found = listed(table, key, ("name", "nodes", "multi_az", "status"), cache)
    _refuse_doubles(table, key, [each.name for each in found])
    return found


def _needs_flag(table: Table, key: str) -> None:
    if not table.has(key):
        table.fault(key, "is missing; write true or false")


def _refuse_doubles(table: Table, key: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name and name != "/" and name in seen:
            table.fault(f"{key}", f'item {place} is "{name}", which stands twice; keep one of them')
        seen.add(name)
