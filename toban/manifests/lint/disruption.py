"""Budgets: whoever may be drained has one, and it lets a drain through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.manifests.lint.objects import Objects, namespace, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object


def budget_missing(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A workload of several replicas, or one that opted in to night scaling, without a budget."""
    for workload in objects.serving():
        several = workload["spec"].get("replicas") is None or workload["spec"]["replicas"] > 1
        opted_in = "toban.dev/night-scaling" in (workload["metadata"].get("labels") or {})
        if (several or opted_in) and not _budgets(objects, workload):
            yield workload, "no PodDisruptionBudget selects its pods: a drain may take all of them at once"


def budget_never_yields(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A budget that asks for as many pods as there can be at least: no node of theirs is ever drained."""
    for workload in objects.serving():
        for budget in _budgets(objects, workload):
            wanted = budget["spec"].get("minAvailable")
            least = _least(objects, workload)
            if isinstance(wanted, int) and wanted >= least:
                yield (
                    budget,
                    f"minAvailable {wanted} of {least} pods lets no pod go: no node could be drained",
                )


def _budgets(objects: Objects, workload: Object) -> list[Object]:
    labels = template(workload)["metadata"].get("labels") or {}
    return [
        budget
        for budget in objects.of("PodDisruptionBudget")
        if namespace(budget) == namespace(workload)
        and budget["spec"]["selector"].get("matchLabels", {}).items() <= labels.items()
    ]


def _least(objects: Objects, workload: Object) -> int:
    for scaler in objects.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if (namespace(scaler), target["name"]) == (namespace(workload), workload["metadata"]["name"]):
            return int(scaler["spec"].get("minReplicas", 1))
    return int(workload["spec"].get("replicas", 1))
