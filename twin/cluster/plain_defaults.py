"""The values that the API server fills in where an object is silent, for objects that run nothing."""

import base64
from typing import Any

from twin.cluster.shapes import Object


def put(target: Object, values: dict[str, Any]) -> None:
    """Sets what is not set."""
    for key, value in values.items():
        if target.get(key) is None:
            target[key] = value


def _namespace(obj: Object) -> None:
    put(obj["spec"], {"finalizers": ["kubernetes"]})
    put(obj, {"status": {"phase": "Active"}})
    labels = obj["metadata"].get("labels") or {}
    obj["metadata"]["labels"] = {**labels, "kubernetes.io/metadata.name": obj["metadata"]["name"]}


def _service(obj: Object) -> None:
    spec = obj["spec"]
    put(
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
        put(spec, {"clusterIPs": [spec["clusterIP"]]})
    for port in spec.get("ports") or ():
        put(port, {"protocol": "TCP", "targetPort": port.get("port")})
    put(obj, {"status": {"loadBalancer": {}}})


def _secret(obj: Object) -> None:
    put(obj, {"type": "Opaque"})
    words = obj.pop("stringData", None)
    if words:
        coded = {key: base64.b64encode(str(word).encode()).decode() for key, word in words.items()}
        obj["data"] = {**(obj.get("data") or {}), **coded}


def _policy(obj: Object) -> None:
    spec = obj["spec"]
    put(spec, {"policyTypes": ["Ingress", "Egress"] if spec.get("egress") is not None else ["Ingress"]})
    for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
        for port in rule.get("ports") or ():
            put(port, {"protocol": "TCP"})


def _ingress(obj: Object) -> None:
    put(obj, {"status": {"loadBalancer": {}}})


def _claim(obj: Object) -> None:
    put(obj["spec"], {"volumeMode": "Filesystem"})
    put(obj, {"status": {"phase": "Pending"}})
    put(obj["metadata"], {"finalizers": ["kubernetes.io/pvc-protection"]})


def _binding(obj: Object) -> None:
    for subject in obj.get("subjects") or ():
        if subject.get("kind") in ("User", "Group"):
            put(subject, {"apiGroup": "rbac.authorization.k8s.io"})


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
