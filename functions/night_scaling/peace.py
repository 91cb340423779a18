"""Peace with others who scale: what was detected, and what is done about it, a sentence each."""

from collections.abc import Iterator

from functions.core.capacity import Workload
from functions.core.neighbours import Others


def told(others: Others, workloads: tuple[Workload, ...]) -> tuple[str, ...]:
    """Returns what was detected and what was done about it; empty when Toban is alone."""
    return tuple(_sentences(others, workloads))


def _sentences(others: Others, workloads: tuple[Workload, ...]) -> Iterator[str]:
    bounded = sorted(one.bounds.name for one in workloads if one.bounds)
    if bounded:
        yield (
            f"found HorizontalPodAutoscalers ({', '.join(bounded)}): their bounds are lowered and restored, "
            "and their replicas are raised but never lowered while they scale"
        )
    paused = sorted(one.scaled_object.name for one in workloads if one.scaled_object)
    if paused:
        yield f"found KEDA ({', '.join(paused)}): its ScaledObjects are paused by its own annotation"
    if others.cluster_autoscaler:
        yield (
            f"found Cluster Autoscaler ({others.cluster_autoscaler}): nodes that it adds for pods without a place stay"
        )
    if others.nodepools:
        yield f"found Karpenter ({', '.join(others.nodepools)}): its nodes are left to its own consolidation"
    for key, application in sorted(others.restored.items()):
        yield (
            f"found Argo CD healing {key} (Application {application}): it is left alone; to let it sleep, let the "
            "Application ignore differences of /spec/replicas"
        )
    if others.unseen:
        yield f"could not look for {', '.join(others.unseen)}: the ClusterRole toban-night-scaling lacks list on them"
