"""Where pods fit: the room on each node, how evenly pods are spread, and the best node for the next one."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from twin.cluster.controllers.node_fit import node_fits, requests_of
from twin.cluster.selectors import compiled
from twin.cluster.shapes import Object, labels_of, name_of, namespace_of, quantity

if TYPE_CHECKING:
    from collections.abc import Iterable


class Placement:
    """The nodes and what is left on each.

    Args:
        nodes: All of them.
        placed: The pods that are bound to one of them.
    """

    def __init__(self, nodes: list[Object], placed: list[Object]) -> None:
        self._nodes = nodes
        self._free: dict[str, dict[str, Decimal]] = {}
        self._pods: dict[str, list[Object]] = {name_of(node): [] for node in nodes}
        for node in nodes:
            allocatable = (node.get("status") or {}).get("allocatable") or {}
            self._free[name_of(node)] = {key: quantity(amount) for key, amount in allocatable.items()}
        for pod in placed:
            self._put(pod, pod["spec"]["nodeName"])

    def _put(self, pod: Object, node: str) -> None:
        if node not in self._free:
            return
        free = self._free[node]
        for resource, amount in requests_of(pod).items():
            free[resource] = free.get(resource, Decimal(0)) - amount
        free["pods"] = free.get("pods", Decimal(0)) - 1
        self._pods[node].append(pod)

    def place(self, pod: Object) -> tuple[str, str]:
        """Takes the best node for a pod and returns its name; else an empty name and why."""
        refused: Counter[str] = Counter()
        fitting = []
        for node in self._nodes:
            reasons = (
                [why]
                if (why := node_fits(pod, node))
                else self._no_room(pod, node) or self._uneven(pod, node)
            )
            refused.update(reasons)
            if not reasons:
                fitting.append(node)
        if not fitting:
            listed = ", ".join(f"{count} {why}" for why, count in sorted(refused.items()))
            tail = f": {listed}." if listed else "."
            return (
                "",
                f"0/{len(self._nodes)} nodes are available{tail}"
                if self._nodes
                else "no nodes available to schedule pods",
            )
        best = min(fitting, key=lambda node: (self._crowd(pod, node), self._load(node), name_of(node)))
        self._put(pod, name_of(best))
        return name_of(best), ""

    def _no_room(self, pod: Object, node: Object) -> list[str]:
        free = self._free[name_of(node)]
        lacking = [
            f"Insufficient {resource}"
            for resource, amount in requests_of(pod).items()
            if amount and amount > free.get(resource, Decimal(0))
        ]
        return lacking + (["Too many pods"] if free.get("pods", Decimal(0)) < 1 else [])

    def _spreads(self, pod: Object, node: Object) -> Iterable[tuple[Object, int]]:
        """Yields each spread constraint, and how far beyond the emptiest domain the pod would go."""
        for rule in pod["spec"].get("topologySpreadConstraints") or ():
            match, key = compiled(rule.get("labelSelector")), rule["topologyKey"]
            counts: dict[str, int] = {}
            for other in self._nodes:
                if key in labels_of(other) and node_fits(pod, other) == "":
                    alike = sum(
                        match(labels_of(neighbour)) and namespace_of(neighbour) == namespace_of(pod)
                        for neighbour in self._pods[name_of(other)]
                    )
                    domain = labels_of(other)[key]
                    counts[domain] = counts.get(domain, 0) + alike
            mine = counts.get(labels_of(node).get(key, ""))
            yield rule, 0 if mine is None else mine + 1 - min(counts.values())

    def _uneven(self, pod: Object, node: Object) -> list[str]:
        for rule, skew in self._spreads(pod, node):
            if rule.get("whenUnsatisfiable") == "DoNotSchedule" and skew > rule.get("maxSkew", 1):
                return ["node(s) didn't match pod topology spread constraints"]
        return []

    def _crowd(self, pod: Object, node: Object) -> int:
        """Returns how crowded the node is with pods of this kind: declared spread, else the default one."""
        declared = sum(skew for _, skew in self._spreads(pod, node))
        neighbours = self._pods[name_of(node)]
        alike = sum(labels_of(pod).items() <= labels_of(neighbour).items() for neighbour in neighbours)
        return declared * 100 + alike

    def _load(self, node: Object) -> Decimal:
        allocatable = (node.get("status") or {}).get("allocatable") or {}
        free = self._free[name_of(node)]
        shares = [
            1 - free[resource] / quantity(allocatable[resource])
            for resource in ("cpu", "memory")
            if resource in allocatable
        ]
        return sum(shares, Decimal(0))
