"""Who else is at work in a cluster: KEDA, Cluster Autoscaler, Karpenter, Argo CD and Argo Rollouts.

Each is one list. A kind that the cluster does not serve is nobody's. One that this function's group may not
list is said, so that a missing rule does not pass for a missing neighbour.
"""

from typing import Any, NamedTuple

from kubernetes import client

from functions.adapters.kubernetes_rest import Rest
from functions.core import names
from functions.core.cluster import ScaledObject
from functions.core.other_controllers import OtherControllers

NOT_SERVED, FORBIDDEN = 404, 403
AUTOSCALER_NAMES = "app.kubernetes.io/name in (cluster-autoscaler, aws-cluster-autoscaler)"
REPLICAS = "/spec/replicas"


class Kind(NamedTuple):
    """A kind that the cluster may not serve: its group with the version, and its plural."""

    api: str
    plural: str


APPLICATIONS = Kind("argoproj.io/v1alpha1", "applications")
NODEPOOLS = Kind("karpenter.sh/v1", "nodepools")
SCALED_OBJECTS = Kind("keda.sh/v1alpha1", "scaledobjects")
ROLLOUTS = Kind("argoproj.io/v1alpha1", "rollouts")
OPTED_IN = f"{names.OPT_IN_LABEL}={names.OPT_IN_VALUE}"


def other_controllers_in(rest: Rest) -> OtherControllers:
    """Returns who else is at work, by a few lists."""
    found = rest.list("/apis/apps/v1/deployments", labelSelector=AUTOSCALER_NAMES)
    names_of = [f"{one['metadata']['namespace']}/{one['metadata']['name']}" for one in found]
    unseen: list[str] = []
    pools = listed(rest, NODEPOOLS, unseen)
    # Only whether they may be listed: both are read beside the workloads.
    listed(rest, SCALED_OBJECTS, unseen)
    listed(rest, ROLLOUTS, unseen, labelSelector=OPTED_IN)
    restored: dict[str, str] = {}
    for application in listed(rest, APPLICATIONS, unseen):
        restored |= _restored(application)
    return OtherControllers(
        cluster_autoscaler=names_of[0] if names_of else None,
        nodepools=tuple(sorted(str(one["metadata"]["name"]) for one in pools)),
        restored=restored,
        unseen=tuple(unseen),
    )


def scaled_objects(rest: Rest) -> dict[tuple[str, str, str], ScaledObject]:
    """Returns KEDA's ScaledObjects by what they scale: kind, namespace, name."""
    found = {}
    for one in listed(rest, SCALED_OBJECTS, []):
        meta, target = one["metadata"], one.get("spec", {}).get("scaleTargetRef", {})
        paused = (meta.get("annotations") or {}).get(names.PAUSED_REPLICAS)
        key = (str(target.get("kind", "Deployment")), str(meta["namespace"]), str(target.get("name")))
        found[key] = ScaledObject(
            str(meta["name"]), int(paused) if paused is not None and str(paused).isdigit() else None
        )
    return found


def listed(rest: Rest, kind: Kind, unseen: list[str], **query: str) -> list[dict[str, Any]]:
    """Returns the objects of a kind.

    None when it is not served, or may not be listed, which `unseen` then tells.
    """
    try:
        return rest.list(f"/apis/{kind.api}/{kind.plural}", **query)
    except client.ApiException as error:
        if error.status == FORBIDDEN:
            unseen.append(f"{kind.plural}.{kind.api.partition('/')[0]}")
        elif error.status != NOT_SERVED:
            raise
        return []


def _restored(application: dict[str, Any]) -> dict[str, str]:
    """Returns the workloads whose replicas an Application would put back, healing itself."""
    spec = application.get("spec", {})
    automated = (spec.get("syncPolicy") or {}).get("automated") or {}
    if not automated.get("selfHeal") or automated.get("enabled") is False:
        return {}
    ignored = [
        rule for rule in spec.get("ignoreDifferences") or [] if REPLICAS in (rule.get("jsonPointers") or [])
    ]
    resources = (application.get("status") or {}).get("resources") or []
    return {
        f"{one['kind']} {one.get('namespace')}/{one['name']}": str(application["metadata"]["name"])
        for one in resources
        if one.get("kind") in {"Deployment", "StatefulSet", "Rollout"}
        and not any(_covers(rule, one) for rule in ignored)
    }


def _covers(rule: dict[str, Any], resource: dict[str, Any]) -> bool:
    return all(
        rule.get(field) in (None, "", "*", resource.get(field)) for field in ("kind", "name", "namespace")
    )
