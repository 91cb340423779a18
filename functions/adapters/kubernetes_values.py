"""Reads the API's own JSON as the plain values that policies decide about."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.core import names
from functions.core.cluster import Bounds, CronJob, Node, Pod, ScaledObject, Workload

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

FINISHED = frozenset({"Succeeded", "Failed"})
MIRROR = "kubernetes.io/config.mirror"
KUBERNETES_OWN = "kube-"
"""Beginning of the names of namespaces that Kubernetes keeps for itself."""
MOST_REPLICAS = 2**31 - 1
"""What the API's own kinds hold."""
LET_GO, KEPT = "true", "false"
"""Values of the label on a pod."""


def node(found: dict[str, Any]) -> Node:
    """Returns a node of a managed node group."""
    meta, spec = found["metadata"], found["spec"]
    labels, notes = meta.get("labels") or {}, meta.get("annotations") or {}
    # An object that was just made has no status yet.
    conditions = (found.get("status") or {}).get("conditions") or []
    return Node(
        name=meta["name"],
        nodegroup=labels[names.NODEGROUP_LABEL],
        ready=any(one["type"] == "Ready" and one["status"] == "True" for one in conditions),
        cordoned=bool(spec.get("unschedulable")),
        cordoned_by_toban=names.CORDONED_BY in notes,
        instance_id=(spec.get("providerID") or "").rsplit("/", 1)[-1],
        zone=labels.get("topology.kubernetes.io/zone", ""),
        created_at=datetime.fromisoformat(meta["creationTimestamp"]),
    )


def of_keda(scaler: dict[str, Any]) -> bool:
    """Tells whether KEDA made this autoscaler."""
    return any(owner["kind"] == "ScaledObject" for owner in scaler["metadata"].get("ownerReferences") or [])


def workload(
    kind: str,
    found: dict[str, Any],
    *,
    bounds: dict[tuple[str, str, str], Bounds],
    scaled: dict[tuple[str, str, str], ScaledObject],
) -> Workload:
    """Returns a workload of a kind, with the autoscaler and the ScaledObject that target it."""
    namespace, name = found["metadata"]["namespace"], found["metadata"]["name"]
    return Workload(
        kind=kind,
        namespace=namespace,
        name=name,
        replicas=count(found["spec"].get("replicas"), otherwise=1),
        ready=count((found.get("status") or {}).get("readyReplicas"), otherwise=0),
        bounds=bounds.get((kind, namespace, name)),
        scaled_object=scaled.get((kind, namespace, name)),
    )


def target(scaler: dict[str, Any]) -> tuple[str, str, str]:
    """Returns what an autoscaler scales: kind, namespace, name."""
    target = scaler["spec"]["scaleTargetRef"]
    return target["kind"], scaler["metadata"]["namespace"], target["name"]


def bounds(scaler: dict[str, Any]) -> Bounds:
    """Returns an autoscaler's bounds."""
    spec = scaler["spec"]
    lowest, highest = count(spec.get("minReplicas"), otherwise=1), count(spec["maxReplicas"], otherwise=1)
    return Bounds(scaler["metadata"]["name"], lowest, highest)


def bounded(scaler: dict[str, Any]) -> tuple[tuple[str, str, str], Bounds]:
    """Returns what an autoscaler scales, and its bounds.

    One that KEDA made scales nothing here: it is KEDA's own affair, which would put changed bounds back.
    """
    return ("", "", "") if of_keda(scaler) else target(scaler), bounds(scaler)


def pod(found: dict[str, Any], *, own: Container[str]) -> Pod | None:
    """Returns a pod that a drain has to move; None for one that it leaves where it is.

    Args:
        found: The pod.
        own: Namespaces that the cluster's rules cover, besides Kubernetes' own.
    """
    if not moves(found):
        return None
    namespace, name = identity(found)
    return Pod(
        namespace,
        name,
        leaving="deletionTimestamp" in found["metadata"],
        kept_because=kept_because(found),
        stranger=namespace not in own and not namespace.startswith(KUBERNETES_OWN),
    )


def count(found: object, *, otherwise: int) -> int:
    """Returns a number of replicas; `otherwise` when there is none.

    Raises:
        ValueError: It is none: the kinds of others may hold anything.
    """
    if found is None:
        return otherwise
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= MOST_REPLICAS:
        raise ValueError(f"{found!r} is no number of replicas")
    return found


def cronjob(found: dict[str, Any]) -> CronJob:
    """Returns a CronJob."""
    return CronJob(*identity(found), suspended=bool(found["spec"].get("suspend")))


def moves(pod: dict[str, Any]) -> bool:
    """Tells whether a drain has to move this pod."""
    meta = pod["metadata"]
    mirror = MIRROR in (meta.get("annotations") or {})
    daemon = any(owner["kind"] == "DaemonSet" for owner in meta.get("ownerReferences") or [])
    return not mirror and not daemon and (pod.get("status") or {}).get("phase") not in FINISHED


def kept_because(pod: dict[str, Any]) -> str | None:
    """Returns why a drain must not take this pod, as `kubectl drain` decides it; None when it may."""
    meta = pod["metadata"]
    choice = (meta.get("labels") or {}).get(names.EVICT_LABEL)
    if choice in (LET_GO, KEPT):
        return f'its label {names.EVICT_LABEL} is "{KEPT}"' if choice == KEPT else None
    if not any(owner.get("controller") for owner in meta.get("ownerReferences") or []):
        return "no controller would bring it back"
    if any("emptyDir" in volume for volume in (pod.get("spec") or {}).get("volumes") or []):
        return "the data of its emptyDir would be lost"
    return None


def identity(found: dict[str, Any]) -> tuple[str, str]:
    """Returns an object's namespace and name."""
    return found["metadata"]["namespace"], found["metadata"]["name"]


def missing(opted_in: dict[str, list[dict[str, Any]]], beside: Iterable[Workload]) -> list[Workload]:
    """Returns the workloads that are not among those that were found, by kind."""
    known = {(kind, *identity(found)) for kind, items in opted_in.items() for found in items}
    return [one for one in beside if (one.kind, one.namespace, one.name) not in known]


def key_of_release(rollout: dict[str, Any]) -> str | None:
    """Returns the key of a Rollout that is between two versions; None for one at rest."""
    if not release_under_way(rollout):
        return None
    return workload("Rollout", rollout, bounds={}, scaled={}).key


def release_under_way(rollout: dict[str, Any]) -> bool:
    """Tells whether Argo Rollouts is between two versions.

    A change that it has not seen yet counts as one.
    """
    status = rollout.get("status") or {}
    if status.get("abort"):
        return False
    seen = str(status.get("observedGeneration")) == str(rollout["metadata"]["generation"])
    return not seen or status.get("currentPodHash") != status.get("stableRS")
