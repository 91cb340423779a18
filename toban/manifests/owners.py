"""What others own of our objects, and an apply leaves them: the autoscaler's number, Argo Rollouts' hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.cluster_bed.client import Cluster, ClusterRefusalError

if TYPE_CHECKING:
    from toban.manifests.rendering import Object

_FIRST_START = "toban-first-start"
_HASH = "rollouts-pod-template-hash"


def start(cluster: Cluster, thing: Object, objects: list[Object], *, manager: str) -> None:
    """Creates a workload of an autoscaler with the autoscaler's least number, in another manager's name.

    It would start with one pod otherwise, and one pod cannot be drained within a budget of two. From then on
    the number is the autoscaler's, since no later apply names it.
    """
    least = _least(thing, objects)
    if least is not None and current(cluster, thing) is None:
        whole = {**thing, "spec": {**thing["spec"], "replicas": least}}
        number = {
            **{key: thing[key] for key in ("apiVersion", "kind")},
            "metadata": {key: thing["metadata"][key] for key in ("name", "namespace")},
            "spec": {"replicas": least},
        }
        cluster.apply(whole, manager=manager)
        # Held in another name, the number stays when the next apply leaves it out.
        cluster.apply(number, manager=_FIRST_START)


def with_hash(cluster: Cluster, thing: Object, objects: list[Object]) -> Object:
    """Leaves a Service the version that Argo Rollouts has bound it to.

    A selector is one whole to the server: applied without the hash, it would give the old and the new
    version's requests to both, in the middle of a canary. Where no Rollout is applied any more the hash goes,
    or the Service would have no pod.
    """
    canary = thing["kind"] == "Service" and any(other["kind"] == "Rollout" for other in objects)
    live = current(cluster, thing) if canary else None
    bound = live["spec"].get("selector", {}).get(_HASH) if live else None
    if bound is None:
        return thing
    spec = thing["spec"]
    return {**thing, "spec": {**spec, "selector": {**spec.get("selector", {}), _HASH: bound}}}


def current(cluster: Cluster, thing: Object) -> Object | None:
    """Returns the object as the cluster has it; None when it has none."""
    try:
        return cluster.get(cluster.path(thing))
    except ClusterRefusalError as refusal:
        if refusal.reason != "NotFound":
            raise
        return None


def _least(thing: Object, objects: list[Object]) -> int | None:
    for other in objects:
        target = other["spec"]["scaleTargetRef"] if other["kind"] == "HorizontalPodAutoscaler" else None
        if target and (target["kind"], target["name"]) == (thing["kind"], thing["metadata"]["name"]):
            return int(other["spec"].get("minReplicas", 1))
    return None
