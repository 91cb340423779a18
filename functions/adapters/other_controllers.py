"""Who else is at work in a cluster: KEDA, Cluster Autoscaler, Karpenter, Argo CD and Argo Rollouts.

Each is one list. A kind that the cluster does not serve is nobody's. One that this function's group may not
list is said, so that a missing rule does not pass for a missing neighbour.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from kubernetes import client

from functions.adapters.kubernetes_fences import covered, read_each
from functions.adapters.kubernetes_rest import Rest
from functions.core import names
from functions.core.cluster import ScaledObject
from functions.core.other_controllers import OtherControllers

NOT_SERVED, FORBIDDEN = 404, 403
AUTOSCALER_HOME = "kube-system"
"""Where Cluster Autoscaler runs, by the charts of its project and of AWS; its name alone anybody may give."""
ARGO_CD_HOME = "argocd"
"""Argo CD's namespace by its own manifests and chart."""
LONGEST_NUMBER = 9
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


def other_controllers_in(rest: Rest, tiers_of: Mapping[str, str]) -> OtherControllers:
    """Returns who else is at work, by a few lists.

    Args:
        rest: The cluster's API.
        tiers_of: The tier of each namespace that has one.
    """
    home = f"/apis/apps/v1/namespaces/{AUTOSCALER_HOME}/deployments"
    found = rest.list(home, labelSelector=AUTOSCALER_NAMES)
    names_of = [f"{one['metadata']['namespace']}/{one['metadata']['name']}" for one in found]
    unseen: list[str] = []
    pools = listed(rest, NODEPOOLS, unseen)
    # Only whether they may be listed: both are read beside the workloads.
    listed(rest, SCALED_OBJECTS, unseen)
    listed(rest, ROLLOUTS, unseen, labelSelector=OPTED_IN)
    read = read_each("applications", listed(rest, APPLICATIONS, unseen), _claim)
    restored: dict[str, str] = {}
    unheeded: list[str] = []
    for claim in read.values:
        heeded = {
            key: claim.name for key, where in claim.restored.items() if _has_a_say(claim, where, tiers_of)
        }
        restored |= heeded
        touched = [
            key for key, where in claim.restored.items() if tiers_of.get(where) == names.APPLICATION_TIER
        ]
        if any(key not in heeded for key in touched):
            unheeded.append(f"Application {claim.namespace}/{claim.name}")
    return OtherControllers(
        cluster_autoscaler=names_of[0] if names_of else None,
        nodepools=tuple(sorted(str(one["metadata"]["name"]) for one in pools)),
        restored=restored,
        unseen=tuple(unseen),
        unreadable=read.unreadable,
        unheeded=tuple(unheeded),
    )


def scaled_objects(
    rest: Rest, tiers_of: Mapping[str, str]
) -> tuple[dict[tuple[str, str, str], ScaledObject], tuple[str, ...]]:
    """Returns KEDA's ScaledObjects of the application by what they scale, and those that make no sense."""
    read = read_each("scaledobjects", covered(tiers_of, listed(rest, SCALED_OBJECTS, [])), _scaled_object)
    return dict(read.values), read.unreadable


def _scaled_object(found: dict[str, Any]) -> tuple[tuple[str, str, str], ScaledObject]:
    meta, target = found["metadata"], found["spec"]["scaleTargetRef"]
    written = str((meta.get("annotations") or {}).get(names.PAUSED_REPLICAS, ""))
    # What KEDA cannot read either does not pause it.
    number = written.isascii() and written.isdecimal() and len(written) <= LONGEST_NUMBER
    key = (str(target.get("kind", "Deployment")), str(meta["namespace"]), str(target["name"]))
    return key, ScaledObject(str(meta["name"]), int(written) if number else None)


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


class _Claim(NamedTuple):
    """An Application: its namespace and name, and the namespace of each workload that it would put back."""

    namespace: str
    name: str
    restored: dict[str, str]


def _has_a_say(claim: _Claim, where: str, tiers_of: Mapping[str, str]) -> bool:
    """Tells whether an Application decides about workloads of a namespace: the platform's, or its own."""
    at_home = claim.namespace == ARGO_CD_HOME or tiers_of.get(claim.namespace) == names.PLATFORM_TIER
    return at_home or claim.namespace == where


def _claim(application: dict[str, Any]) -> _Claim:
    meta, spec = application["metadata"], application.get("spec") or {}
    automated = (spec.get("syncPolicy") or {}).get("automated") or {}
    heals = automated.get("selfHeal") and automated.get("enabled") is not False
    ignored = [
        rule for rule in spec.get("ignoreDifferences") or [] if REPLICAS in (rule.get("jsonPointers") or [])
    ]
    resources = ((application.get("status") or {}).get("resources") or []) if heals else []
    restored = {
        f"{one['kind']} {one.get('namespace')}/{one['name']}": str(one.get("namespace"))
        for one in resources
        if one.get("kind") in {"Deployment", "StatefulSet", "Rollout"}
        and not any(_covers(rule, one) for rule in ignored)
    }
    return _Claim(str(meta["namespace"]), str(meta["name"]), restored)


def _covers(rule: dict[str, Any], resource: dict[str, Any]) -> bool:
    return all(
        rule.get(field) in (None, "", "*", resource.get(field)) for field in ("kind", "name", "namespace")
    )
