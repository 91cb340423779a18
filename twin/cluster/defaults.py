"""The values that the API server fills in where an object is silent; those that the simulation reads or shows."""

from twin.cluster.kinds import Kind
from twin.cluster.plain_defaults import WITH_SPEC, WITHOUT_SPEC, put
from twin.cluster.scaling_rules import filled
from twin.cluster.shapes import Object

NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
STAY_S = 300
"""How long a pod tolerates a lost node (Kubernetes: DefaultTolerationSeconds admission)."""


def fill_defaults(kind: Kind, obj: Object) -> None:
    """Completes an object in place."""
    if kind.namespaced:
        obj["metadata"].setdefault("namespace", "default")
    bare = WITHOUT_SPEC.get(kind.resource)
    if bare is not None:
        bare(obj)
    fill = _FILLS.get(kind.resource)
    if fill is not None:
        obj["spec"] = obj.get("spec") or {}
        fill(obj)


def _container(container: Object) -> None:
    image = str(container.get("image") or "")
    latest = image.endswith(":latest") or ":" not in image.rpartition("/")[2]
    put(
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
        put(port, {"protocol": "TCP"})
    for entry in container.get("env") or ():
        field = (entry.get("valueFrom") or {}).get("fieldRef")
        if field:
            put(field, {"apiVersion": "v1"})
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if container.get(probe):
            if container[probe].get("httpGet"):
                put(container[probe]["httpGet"], {"scheme": "HTTP"})
            put(
                container[probe],
                {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3},
            )


def _pod_spec(spec: Object) -> None:
    put(
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
                put(volume[source], {"defaultMode": 0o644})
    if spec.get("serviceAccountName"):
        put(spec, {"serviceAccount": spec["serviceAccountName"]})
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        _container(container)


def _pod(obj: Object) -> None:
    spec = obj["spec"]
    put(spec, {"serviceAccountName": "default", "enableServiceLinks": True, "priority": 0})
    put(spec, {"preemptionPolicy": "PreemptLowerPriority"})
    _pod_spec(spec)
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


def _template(spec: Object) -> None:
    template = spec.setdefault("template", {})
    template.setdefault("metadata", {})
    _pod_spec(template.setdefault("spec", {}))


def _deployment(obj: Object) -> None:
    spec = obj["spec"]
    put(
        spec,
        {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, "strategy": {}},
    )
    put(spec["strategy"], {"type": "RollingUpdate"})
    if spec["strategy"]["type"] == "RollingUpdate":
        rolling = spec["strategy"].get("rollingUpdate") or {}
        put(rolling, {"maxSurge": "25%", "maxUnavailable": "25%"})
        spec["strategy"]["rollingUpdate"] = rolling
    _template(spec)
    put(obj, {"status": {}})


def _replica_set(obj: Object) -> None:
    put(obj["spec"], {"replicas": 1})
    _template(obj["spec"])
    put(obj, {"status": {"replicas": 0}})


def _stateful_set(obj: Object) -> None:
    spec = obj["spec"]
    put(spec, {"replicas": 1, "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10})
    put(spec, {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}})
    put(spec, {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"}})
    _template(spec)
    put(obj, {"status": {"replicas": 0, "availableReplicas": 0}})


def _daemon_set(obj: Object) -> None:
    spec = obj["spec"]
    rolling = {"maxSurge": 0, "maxUnavailable": 1}
    put(
        spec,
        {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}, "revisionHistoryLimit": 10},
    )
    _template(spec)
    notes = obj["metadata"].get("annotations") or {}
    obj["metadata"]["annotations"] = {"deprecated.daemonset.template.generation": "1", **notes}
    counts = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
    put(obj, {"status": dict.fromkeys(counts, 0)})


def _job_spec(spec: Object) -> None:
    put(spec, {"parallelism": 1, "backoffLimit": 6, "suspend": False, "completionMode": "NonIndexed"})
    put(spec, {"manualSelector": False, "podReplacementPolicy": "TerminatingOrFailed"})
    if spec.get("completions") is None and spec["parallelism"] == 1:
        spec["completions"] = 1
    _template(spec)


def _job(obj: Object) -> None:
    spec, meta = obj["spec"], obj["metadata"]
    _job_spec(spec)
    if not spec.get("manualSelector") and not spec.get("selector") and meta.get("uid"):
        # A job finds its pods by its own uid (Job strategy, generateSelector).
        own = {"batch.kubernetes.io/controller-uid": meta["uid"]}
        named = {"batch.kubernetes.io/job-name": meta["name"], "job-name": meta["name"]}
        spec["selector"] = {"matchLabels": own}
        labels = spec["template"]["metadata"].setdefault("labels", {})
        labels |= {**own, **named, "controller-uid": meta["uid"]}
        put(meta, {"labels": dict(labels)})
    put(obj, {"status": {}})


def _cron_job(obj: Object) -> None:
    spec = obj["spec"]
    put(
        spec,
        {
            "concurrencyPolicy": "Allow",
            "suspend": False,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 1,
        },
    )
    job = spec.setdefault("jobTemplate", {})
    job.setdefault("metadata", {})
    _template(job.setdefault("spec", {}))
    put(obj, {"status": {}})


def _autoscaler(obj: Object) -> None:
    put(obj["spec"], {"minReplicas": 1})
    if not obj["spec"].get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        obj["spec"]["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if obj["spec"].get("behavior"):
        obj["spec"]["behavior"] = filled(obj["spec"]["behavior"])
    obj.setdefault("status", {"currentMetrics": None, "desiredReplicas": 0})


def _budget(obj: Object) -> None:
    counts = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
    put(obj, {"status": dict.fromkeys(counts, 0)})


_FILLS = {
    "pods": _pod,
    "deployments.apps": _deployment,
    "replicasets.apps": _replica_set,
    "statefulsets.apps": _stateful_set,
    "daemonsets.apps": _daemon_set,
    "jobs.batch": _job,
    "cronjobs.batch": _cron_job,
    "horizontalpodautoscalers.autoscaling": _autoscaler,
    "poddisruptionbudgets.policy": _budget,
    **WITH_SPEC,
}
