"""Eviction: a deletion that asks the pod's disruption budget first, as `pods/eviction` of Kubernetes 1.35."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.api.requests import Request, Response, Target, WriteOptions
from twin.cluster.selectors import compiled
from twin.cluster.shapes import Object, is_terminating, is_true, labels_of, name_of, set_condition, stamp
from twin.cluster.status import StatusError, bad_request, not_found, success, too_many_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cluster.api.writes import Writes
    from twin.cluster.objects import Objects

_REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
_TWO_BUDGETS = (
    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
)
_BUDGETS = "poddisruptionbudgets.policy"
_STILL_PROCESSED_RETRY_S = 10


class Evictions:
    """Takes evictions.

    Args:
        objects: The cluster's objects.
        writes: Carries out the deletion.
        tell: Is told `(pod, what, why)` of each eviction and each refusal.
    """

    def __init__(self, objects: Objects, writes: Writes, tell: Callable[[Object, str, str], None]) -> None:
        self._objects = objects
        self._writes = writes
        self._tell = tell

    def answer(self, request: Request, target: Target) -> Response:
        """Answers the POST of an Eviction.

        Raises:
            StatusError: 404 without the pod, 429 when its budget is spent, 500 when two budgets match it.
        """
        body = request.body if isinstance(request.body, dict) else {}
        if (body.get("metadata") or {}).get("name") != target.name:
            raise bad_request("name in URL does not match name in Eviction object")
        pod = self._objects.get("pods", target.namespace, target.name)
        if pod is None:
            raise not_found(target.kind, target.name)
        given = body.get("deleteOptions") or {}
        options = WriteOptions.of(request, given)
        if not _needs_no_budget(pod):
            self._ask(pod, dry_run=options.dry_run)
        if not options.dry_run and not is_terminating(pod):
            self._tell(pod, "evicted", "")
            self._mark(pod)
        fresh = self._objects.get("pods", target.namespace, target.name) or pod
        how = Request("DELETE", request.path, request.query, given)
        self._writes.delete_object(target.kind, fresh, how)
        return Response(201, success())

    def _ask(self, pod: Object, *, dry_run: bool) -> None:
        budgets = [
            budget
            for budget in self._objects.listing(_BUDGETS, pod["metadata"]["namespace"])
            if compiled((budget.get("spec") or {}).get("selector"))(labels_of(pod))
        ]
        if len(budgets) > 1:
            raise StatusError(500, "", _TWO_BUDGETS)
        if not budgets or _unhealthy_may_go(pod, budgets[0]):
            return
        try:
            _check(budgets[0])
        except StatusError:
            self._tell(pod, "blocked", f"budget {name_of(budgets[0])} is spent")
            raise
        if not dry_run:
            self._take(pod, budgets[0])

    def _take(self, pod: Object, budget: Object) -> None:
        """Takes one disruption out of the budget at once: the controller confirms it later."""
        now = stamp(self._objects.clock.now)

        def spend(obj: Object) -> None:
            status = obj["status"]
            status["disruptionsAllowed"] -= 1
            status.setdefault("disruptedPods", {})[name_of(pod)] = now

        self._objects.modify(_BUDGETS, budget["metadata"]["namespace"], name_of(budget), spend)

    def _mark(self, pod: Object) -> None:
        """Says on the pod why it goes, as the API server does."""
        reason = {"type": "DisruptionTarget", "status": "True", "reason": "EvictionByEvictionAPI"}
        entry = {**reason, "message": "Eviction API: evicting"}
        self._objects.modify(
            "pods",
            pod["metadata"]["namespace"],
            name_of(pod),
            lambda obj: set_condition(obj.setdefault("status", {}), self._objects.clock.now, entry),
        )


def _needs_no_budget(pod: Object) -> bool:
    """Returns whether a pod disrupts nobody: it runs nothing, or ends already."""
    phase = (pod.get("status") or {}).get("phase")
    return phase in ("Pending", "Succeeded", "Failed") or is_terminating(pod)


def _unhealthy_may_go(pod: Object, budget: Object) -> bool:
    if is_true(pod, "Ready"):
        return False
    if budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    status = budget.get("status") or {}
    healthy, needed = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    return bool(healthy >= needed > 0)


def _check(budget: Object) -> None:
    name, status = name_of(budget), budget.get("status") or {}
    if status.get("observedGeneration", 0) < budget["metadata"].get("generation", 1):
        text = f"The disruption budget {name} is still being processed by the server."
        raise too_many_requests(_REFUSED, [("", "DisruptionBudget", text)], _STILL_PROCESSED_RETRY_S)
    if status.get("disruptionsAllowed", 0) <= 0:
        text = (
            f"The disruption budget {name} needs {status.get('desiredHealthy', 0)} healthy pods "
            f"and has {status.get('currentHealthy', 0)} currently"
        )
        raise too_many_requests(_REFUSED, [("", "DisruptionBudget", text)])
