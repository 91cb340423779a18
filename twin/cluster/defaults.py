"""The values that the API server fills in where an object is silent, as far as the twin shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.plain_defaults import WITH_SPEC, WITHOUT_SPEC, set_missing
from twin.cluster.pod_defaults import fill_pod, fill_template
from twin.cluster.scaling_rules import filled

if TYPE_CHECKING:
    from twin.cluster.kinds import Kind
    from twin.cluster.shapes import Object


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


def _deployment(obj: Object) -> None:
    spec = obj["spec"]
    set_missing(
        spec,
        {"replicas": 1, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600, "strategy": {}},
    )
    set_missing(spec["strategy"], {"type": "RollingUpdate"})
    if spec["strategy"]["type"] == "RollingUpdate":
        rolling = spec["strategy"].get("rollingUpdate") or {}
        set_missing(rolling, {"maxSurge": "25%", "maxUnavailable": "25%"})
        spec["strategy"]["rollingUpdate"] = rolling
    fill_template(spec)
    set_missing(obj, {"status": {}})


def _replica_set(obj: Object) -> None:
    set_missing(obj["spec"], {"replicas": 1})
    fill_template(obj["spec"])
    set_missing(obj, {"status": {"replicas": 0}})


def _stateful_set(obj: Object) -> None:
    spec = obj["spec"]
    set_missing(spec, {"replicas": 1, "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10})
    set_missing(spec, {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}}})
    set_missing(
        spec, {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"}}
    )
    fill_template(spec)
    set_missing(obj, {"status": {"replicas": 0, "availableReplicas": 0}})


def _daemon_set(obj: Object) -> None:
    spec = obj["spec"]
    rolling = {"maxSurge": 0, "maxUnavailable": 1}
    set_missing(
        spec,
        {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": rolling}, "revisionHistoryLimit": 10},
    )
    fill_template(spec)
    notes = obj["metadata"].get("annotations") or {}
    obj["metadata"]["annotations"] = {"deprecated.daemonset.template.generation": "1", **notes}
    counts = ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady")
    set_missing(obj, {"status": dict.fromkeys(counts, 0)})


def _job_spec(spec: Object) -> None:
    set_missing(spec, {"parallelism": 1, "backoffLimit": 6, "suspend": False, "completionMode": "NonIndexed"})
    set_missing(spec, {"manualSelector": False, "podReplacementPolicy": "TerminatingOrFailed"})
    if spec.get("completions") is None and spec["parallelism"] == 1:
        spec["completions"] = 1
    fill_template(spec)


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
        set_missing(meta, {"labels": dict(labels)})
    set_missing(obj, {"status": {}})


def _cron_job(obj: Object) -> None:
    spec = obj["spec"]
    set_missing(
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
    fill_template(job.setdefault("spec", {}))
    set_missing(obj, {"status": {}})


def _autoscaler(obj: Object) -> None:
    set_missing(obj["spec"], {"minReplicas": 1})
    if not obj["spec"].get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        obj["spec"]["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if obj["spec"].get("behavior"):
        obj["spec"]["behavior"] = filled(obj["spec"]["behavior"])
    obj.setdefault("status", {"currentMetrics": None, "desiredReplicas": 0})


def _budget(obj: Object) -> None:
    counts = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
    set_missing(obj, {"status": dict.fromkeys(counts, 0)})


_FILLS = {
    "pods": fill_pod,
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
