"""The values that the API server fills in where a pod, or a pod template, is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.plain_defaults import set_missing

if TYPE_CHECKING:
    from twin.cluster.shapes import Object

NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
STAY_S = 300
"""How long a pod tolerates a lost node (Kubernetes: DefaultTolerationSeconds admission)."""


def _container(container: Object) -> None:
    image = str(container.get("image") or "")
    latest = image.endswith(":latest") or ":" not in image.rpartition("/")[2]
    set_missing(
        container,
        {
            "imagePullPolicy": "Always" if latest and "@" not in image else "IfNotPresent",
            "terminationMessagePath": "/dev/termination-log",
            "terminationMessagePolicy": "File",
            "resources": {},
        },
    )
    limits = container["resources"].get("limits")
    if limits:
        # A limit without a request asks for as much as it allows.
        container["resources"]["requests"] = {**limits, **(container["resources"].get("requests") or {})}
    for port in container.get("ports") or ():
        set_missing(port, {"protocol": "TCP"})
    for entry in container.get("env") or ():
        field = (entry.get("valueFrom") or {}).get("fieldRef")
        if field:
            set_missing(field, {"apiVersion": "v1"})
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if container.get(probe):
            if container[probe].get("httpGet"):
                set_missing(container[probe]["httpGet"], {"scheme": "HTTP"})
            set_missing(
                container[probe],
                {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
            )


def fill_pod_spec(spec: Object) -> None:
    """Completes the spec of a pod, or of a pod template, in place."""
    set_missing(
        spec,
        {
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "schedulerName": "default-scheduler",
            "securityContext": {},
        },
    )
    for volume in spec.get("volumes") or ():
        for source in ("configMap", "secret", "projected", "downwardAPI"):
            if volume.get(source):
                set_missing(volume[source], {"defaultMode": 0o644})
    if spec.get("serviceAccountName"):
        set_missing(spec, {"serviceAccount": spec["serviceAccountName"]})
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        _container(container)


def fill_pod(obj: Object) -> None:
    """Completes a pod in place, with the tolerations and the status that every pod begins with."""
    spec = obj["spec"]
    set_missing(spec, {"serviceAccountName": "default", "enableServiceLinks": True, "priority": 0})
    set_missing(spec, {"preemptionPolicy": "PreemptLowerPriority"})
    fill_pod_spec(spec)
    tolerations = spec.setdefault("tolerations", [])
    for key in (NOT_READY, UNREACHABLE):
        if not any(_covers(entry, key) for entry in tolerations):
            tolerations.append(
                {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": STAY_S}
            )
    obj["status"] = {"phase": "Pending", "qosClass": _quality(spec)}


def _covers(toleration: Object, key: str) -> bool:
    return toleration.get("key") in (None, "", key) and toleration.get("effect") in (None, "", "NoExecute")


def _quality(spec: Object) -> str:
    asks = [container.get("resources") or {} for container in spec.get("containers") or ()]
    if not any(ask.get("requests") or ask.get("limits") for ask in asks):
        return "BestEffort"
    same = all(
        ask.get("limits") and ask.get("requests") == ask["limits"] and {"cpu", "memory"} <= set(ask["limits"])
        for ask in asks
    )
    return "Guaranteed" if same else "Burstable"


def fill_template(spec: Object) -> None:
    """Completes the pod template of a workload's spec in place."""
    template = spec.setdefault("template", {})
    template.setdefault("metadata", {})
    fill_pod_spec(template.setdefault("spec", {}))
