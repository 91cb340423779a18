"""The values that the API server fills in where an object is silent, for objects that run nothing."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.cluster.shapes import Object


def set_missing(target: Object, values: dict[str, Any]) -> None:
    """Sets what is not set."""
    for key, value in values.items():
        if target.get(key) is None:
            target[key] = value


def _namespace(obj: Object) -> None:
    set_missing(obj["spec"], {"finalizers": ["kubernetes"]})
    set_missing(obj, {"status": {"phase": "Active"}})
    labels = obj["metadata"].get("labels") or {}
    obj["metadata"]["labels"] = {**labels, "kubernetes.io/metadata.name": obj["metadata"]["name"]}


def _service(obj: Object) -> None:
    spec = obj["spec"]
    set_missing(
        spec,
        {
            "type": "ClusterIP",
            "sessionAffinity": "None",
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
        },
    )
    if spec.get("clusterIP"):
        set_missing(spec, {"clusterIPs": [spec["clusterIP"]]})
    for port in spec.get("ports") or ():
        set_missing(port, {"protocol": "TCP", "targetPort": port.get("port")})
    set_missing(obj, {"status": {"loadBalancer": {}}})


def _secret(obj: Object) -> None:
    set_missing(obj, {"type": "Opaque"})
    words = obj.pop("stringData", None)
    if words:
        coded = {key: base64.b64encode(str(word).encode()).decode() for key, word in words.items()}
        obj["data"] = {**(obj.get("data") or {}), **coded}


def _policy(obj: Object) -> None:
    spec = obj["spec"]
    set_missing(
        spec, {"policyTypes": ["Ingress", "Egress"] if spec.get("egress") is not None else ["Ingress"]}
    )
    for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
        for port in rule.get("ports") or ():
            set_missing(port, {"protocol": "TCP"})


def _ingress(obj: Object) -> None:
    set_missing(obj, {"status": {"loadBalancer": {}}})


def _claim(obj: Object) -> None:
    set_missing(obj["spec"], {"volumeMode": "Filesystem"})
    set_missing(obj, {"status": {"phase": "Pending"}})
    set_missing(obj["metadata"], {"finalizers": ["kubernetes.io/pvc-protection"]})


def _binding(obj: Object) -> None:
    for subject in obj.get("subjects") or ():
        if subject.get("kind") in ("User", "Group"):
            set_missing(subject, {"apiGroup": "rbac.authorization.k8s.io"})


WITH_SPEC = {
    "namespaces": _namespace,
    "services": _service,
    "networkpolicies.networking.k8s.io": _policy,
    "ingresses.networking.k8s.io": _ingress,
    "persistentvolumeclaims": _claim,
}
WITHOUT_SPEC = {
    "secrets": _secret,
    "rolebindings.rbac.authorization.k8s.io": _binding,
    "clusterrolebindings.rbac.authorization.k8s.io": _binding,
}
