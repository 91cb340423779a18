"""Who else scales or restores things in a cluster: KEDA, Cluster Autoscaler, Karpenter and Argo CD.

Each is one list. A kind that the cluster does not serve is nobody's. One that this function's group may not list is
said, so that a missing rule does not pass for a missing neighbour.
"""

from typing import Any

from kubernetes import client

from functions.adapters.cluster_access import REQUEST_TIMEOUT_S
from functions.core import names
from functions.core.capacity import ScaledObject
from functions.core.neighbours import Others

NOT_SERVED, FORBIDDEN = 404, 403
READ: dict[str, Any] = {"_request_timeout": REQUEST_TIMEOUT_S}
AUTOSCALER_NAMES = "app.kubernetes.io/name in (cluster-autoscaler, aws-cluster-autoscaler)"
REPLICAS = "/spec/replicas"


def others_in(apps: Any, custom: Any) -> Others:
    """Returns who else is at work, by three lists."""
    found = apps.list_deployment_for_all_namespaces(label_selector=AUTOSCALER_NAMES, **READ).items
    names_of = [f"{one.metadata.namespace}/{one.metadata.name}" for one in found]
    unseen: list[str] = []
    pools = _listed(custom, "karpenter.sh", "v1", "nodepools", unseen)
    # Only whether it may be listed: `scaled_objects` reads them beside the workloads.
    _listed(custom, "keda.sh", "v1alpha1", "scaledobjects", unseen)
    restored: dict[str, str] = {}
    for application in _listed(custom, "argoproj.io", "v1alpha1", "applications", unseen):
        restored |= _restored(application)
    return Others(
        cluster_autoscaler=names_of[0] if names_of else None,
        nodepools=tuple(sorted(str(one["metadata"]["name"]) for one in pools)),
        restored=restored,
        unseen=tuple(unseen),
    )


def scaled_objects(custom: Any) -> dict[tuple[str, str, str], ScaledObject]:
    """Returns KEDA's ScaledObjects by what they scale: kind, namespace, name."""
    found = {}
    for one in _listed(custom, "keda.sh", "v1alpha1", "scaledobjects", []):
        meta, target = one["metadata"], one.get("spec", {}).get("scaleTargetRef", {})
        paused = (meta.get("annotations") or {}).get(names.PAUSED_REPLICAS)
        key = (str(target.get("kind", "Deployment")), str(meta["namespace"]), str(target.get("name")))
        found[key] = ScaledObject(
            str(meta["name"]), int(paused) if paused is not None and str(paused).isdigit() else None
        )
    return found


def _listed(custom: Any, group: str, version: str, plural: str, unseen: list[str]) -> list[dict[str, Any]]:
    try:
        answer = custom.list_cluster_custom_object(group, version, plural, **READ)
    except client.ApiException as error:
        if error.status == FORBIDDEN:
            unseen.append(f"{plural}.{group}")
        elif error.status != NOT_SERVED:
            raise
        return []
    return list(answer.get("items", []))


def _restored(application: dict[str, Any]) -> dict[str, str]:
    """Returns the workloads whose replicas an Application would put back: it heals itself and does not ignore them."""
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
        if one.get("kind") in {"Deployment", "StatefulSet"}
        and not any(_covers(rule, one) for rule in ignored)
    }


def _covers(rule: dict[str, Any], resource: dict[str, Any]) -> bool:
    return all(
        rule.get(field) in (None, "", "*", resource.get(field)) for field in ("kind", "name", "namespace")
    )
