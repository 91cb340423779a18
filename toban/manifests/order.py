"""In what order objects are applied: what others need comes first, what runs comes last."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from toban.manifests.rendering import Object

_FIRST = (
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "StorageClass",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ConfigMap",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "SecretStore",
    "ExternalSecret",
)
_LAST = ("Ingress", "Job", "StatefulSet", "DaemonSet", "Deployment", "Rollout", "HorizontalPodAutoscaler")
"""A migration ends before what needs it starts. The Ingress is there before the pods, or they get
no readiness gate of its targets; and a canary refuses to start without the Ingress that it steers."""

_RUNNING = frozenset({"Job", "StatefulSet", "DaemonSet", "Deployment", "Rollout"})


def stages(objects: Iterable[Object]) -> list[tuple[str, list[Object]]]:
    """Groups objects by kind, in the order in which they are applied; within a group the order stays."""
    ranked = sorted(objects, key=lambda thing: (_rank(thing["kind"]), thing["kind"]))
    return [(kind, list(group)) for kind, group in groupby(ranked, key=lambda thing: str(thing["kind"]))]


def runs(kind: str) -> bool:
    """Tells whether objects of this kind start pods, and so have to be waited for."""
    return kind in _RUNNING


def _rank(kind: str) -> int:
    if kind in _FIRST:
        return _FIRST.index(kind)
    return len(_FIRST) + 1 + (_LAST.index(kind) if kind in _LAST else -1)
