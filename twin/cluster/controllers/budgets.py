"""Disruption budgets: how many pods each still lets go, counted anew whenever a pod changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.selectors import compiled
from twin.cluster.shapes import (
    Object,
    controller_of,
    is_terminating,
    is_true,
    labels_of,
    name_of,
    namespace_of,
    set_condition,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.objects import Objects
    from twin.cluster.store import Change

_BUDGETS, _PODS = "poddisruptionbudgets.policy", "pods"
_OWNERS = {"ReplicaSet": "replicasets.apps", "StatefulSet": "statefulsets.apps"}


class Budgets:
    """The disruption controller."""

    def __init__(self, loop: Loop) -> None:
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the budget itself, and every budget whose selector matches a changed pod."""
        if change.resource == _BUDGETS:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            for budget in self._objects.listing(_BUDGETS, namespace_of(change.after)):
                if compiled(budget["spec"].get("selector"))(labels_of(change.after)):
                    yield namespace_of(budget), name_of(budget)

    def reconcile(self, key: Key) -> None:
        """Counts the healthy pods against what the budget needs."""
        budget = self._objects.get(_BUDGETS, *key)
        if budget is None:
            return
        match = compiled(budget["spec"].get("selector"))
        pods = [pod for pod in self._objects.listing(_PODS, key[0]) if match(labels_of(pod))]
        healthy = sum(is_true(pod, "Ready") and not is_terminating(pod) for pod in pods)
        expected, needed = _needs(self._objects, budget["spec"], pods)

        allowed, now = max(0, healthy - needed) if expected else 0, self._objects.clock.now
        state = ("True", "SufficientPods") if allowed else ("False", "InsufficientPods")

        def write(obj: Object) -> None:
            told = (obj.get("status") or {}).get("conditions") or []
            obj["status"] = {
                "conditions": told,
                "observedGeneration": obj["metadata"]["generation"],
                "currentHealthy": healthy,
                "desiredHealthy": needed,
                "expectedPods": expected,
                "disruptionsAllowed": allowed,
            }
            entry = {"type": "DisruptionAllowed", "status": state[0], "reason": state[1], "message": ""}
            set_condition(obj["status"], now, {**entry, "observedGeneration": obj["metadata"]["generation"]})

        self._objects.modify(_BUDGETS, *key, write)


def _needs(objects: Objects, spec: Object, pods: list[Object]) -> tuple[int, int]:
    """Returns how many pods the budget expects, and how many must be healthy; percentages round up."""
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if isinstance(least, int):
        return len(pods), least
    expected = _wanted(objects, pods)
    if least is not None:
        return expected, share(least, expected, round_up=True)
    return expected, max(0, expected - share(most or 0, expected, round_up=True))


def _wanted(objects: Objects, pods: list[Object]) -> int:
    """Returns the replicas that the pods' owners ask for: a pod that is missing counts too."""
    owners = {}
    for pod in pods:
        owner = controller_of(pod)
        resource = None if owner is None else _OWNERS.get(owner["kind"])
        found = objects.get(resource, namespace_of(pod), owner["name"]) if resource and owner else None
        if found is not None:
            owners[found["metadata"]["uid"]] = int(found["spec"]["replicas"])
    return sum(owners.values())
