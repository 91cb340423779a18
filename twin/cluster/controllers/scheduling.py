"""The scheduler: which node a pod goes to, or the sentence that says why none will do."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from twin.cluster.controllers.fitting import node_fits, requests_of
from twin.cluster.controllers.loop import Key, Loop
from twin.cluster.selectors import compiled
from twin.cluster.shapes import (
    Object,
    condition,
    labels_of,
    name_of,
    namespace_of,
    quantity,
    set_condition,
    stamp,
)
from twin.cluster.store import Change

_PODS, _NODES = "pods", "nodes"
_EVERYBODY = ("", "")
_TOPOLOGY = ("topology.kubernetes.io/region", "topology.kubernetes.io/zone")


class Scheduler:
    """Binds pending pods, in the order of priority and age."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """One look at everything, when a pod waits, room appears, or a node changes."""
        if change.resource == _PODS:
            waits = change.verb == "ADDED" and not change.after["spec"].get("nodeName")
            ended = change.verb == "DELETED" or change.after["status"].get("phase") in ("Succeeded", "Failed")
            if waits or (ended and change.after["spec"].get("nodeName")):
                yield _EVERYBODY
        elif (
            change.resource == _NODES
            and change.verb != "DELETED"
            and _room(change.before) != _room(change.after)
        ):
            yield _EVERYBODY

    def reconcile(self, key: Key) -> None:
        """Places every pod that can be placed; the others say why not. There is one key: everybody."""
        assert key == _EVERYBODY  # noqa: S101 - no other key is ever given out
        pods = [
            pod
            for pod in self._objects.listing(_PODS)
            if pod["status"]["phase"] not in ("Succeeded", "Failed")
        ]
        waiting = [
            pod
            for pod in pods
            if not pod["spec"].get("nodeName") and "deletionTimestamp" not in pod["metadata"]
        ]
        if not waiting:
            return
        board = _Board(self._objects.listing(_NODES), [pod for pod in pods if pod["spec"].get("nodeName")])
        waiting.sort(
            key=lambda pod: (-(pod["spec"].get("priority") or 0), pod["metadata"]["creationTimestamp"])
        )
        for pod in waiting:
            node, why = board.place(pod)
            if node:
                self._bind(pod, node)
            else:
                self._refuse(pod, why)

    def _bind(self, pod: Object, node: str) -> None:
        now, place = self._objects.clock.now, self._objects.get(_NODES, "", node)
        known = {} if place is None else labels_of(place)
        # The API server writes on a pod where it has come to (admission plugin PodTopologyLabels).
        where = {key: known[key] for key in _TOPOLOGY if key in known}

        def write(obj: Object) -> None:
            obj["spec"]["nodeName"] = node
            if where:
                obj["metadata"]["labels"] = {**labels_of(obj), **where}
            obj["status"].setdefault("startTime", stamp(now))
            set_condition(obj["status"], now, {"type": "PodScheduled", "status": "True"})

        self._objects.modify(_PODS, namespace_of(pod), name_of(pod), write)

    def _refuse(self, pod: Object, why: str) -> None:
        known = condition(pod, "PodScheduled")
        if known is not None and known.get("message") == why:
            return
        entry = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why}
        now = self._objects.clock.now
        self._objects.modify(
            _PODS, namespace_of(pod), name_of(pod), lambda obj: set_condition(obj["status"], now, entry)
        )


def _room(node: Object | None) -> object:
    """What of a node decides where pods go."""
    if node is None:
        return None
    return node["spec"], labels_of(node), (node.get("status") or {}).get("allocatable")


class _Board:
    """The nodes and what is left on each."""

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
        """Takes the best node for a pod and gives its name; else an empty name and why."""
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
        """For each spread constraint, how far beyond the emptiest domain the pod would take this node's."""
        for rule in pod["spec"].get("topologySpreadConstraints") or ():
            match, key = compiled(rule.get("labelSelector")), rule["topologyKey"]
            counts: dict[str, int] = {}
            for other in self._nodes:
                if key in labels_of(other) and node_fits(pod, other) == "":
                    alike = [
                        one
                        for one in self._pods[name_of(other)]
                        if match(labels_of(one)) and namespace_of(one) == namespace_of(pod)
                    ]
                    domain = labels_of(other)[key]
                    counts[domain] = counts.get(domain, 0) + len(alike)
            mine = counts.get(labels_of(node).get(key, ""))
            yield rule, 0 if mine is None else mine + 1 - min(counts.values())

    def _uneven(self, pod: Object, node: Object) -> list[str]:
        for rule, skew in self._spreads(pod, node):
            if rule.get("whenUnsatisfiable") == "DoNotSchedule" and skew > rule.get("maxSkew", 1):
                return ["node(s) didn't match pod topology spread constraints"]
        return []

    def _crowd(self, pod: Object, node: Object) -> int:
        """How crowded the node is with pods of the same kind: declared spread, else the scheduler's own default."""
        declared = sum(skew for _, skew in self._spreads(pod, node))
        alike = sum(labels_of(pod).items() <= labels_of(one).items() for one in self._pods[name_of(node)])
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
