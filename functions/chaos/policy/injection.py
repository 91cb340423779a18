"""What would be asked of AWS and the cluster for an experiment: the fault, its envelope, its alarms."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.chaos.policy.chaos_mesh import chaos_object

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment

RUN_TAG = "toban.dev/chaos-run"
"""Label and tag on all that a run makes: by it the search for leftovers finds it."""
TARGET_TAG = "toban.dev/chaos"
"""Tag by which an owner opts a node group, database or cache in; its value is the resource's own name."""
METRICS = "Toban/Chaos"
"""Namespace of the prober's metrics."""

_FIS: dict[str, tuple[str, dict[str, str], str, str]] = {
    "node-loss": ("aws:eks:terminate-nodegroup-instances", {}, "Nodegroups", "aws:eks:nodegroup"),
    "database-failover": (
        "aws:rds:reboot-db-instances",
        {"forceFailover": "true"},
        "DBInstances",
        "aws:rds:db",
    ),
    "cache-failover": (
        "aws:elasticache:replicationgroup-interrupt-az-power",
        {},
        "ReplicationGroups",
        "aws:elasticache:replicationgroup",
    ),
}
"""FIS's action, its parameters, and its targets' key and type, for the faults that Chaos Mesh has not."""


def probe_alarms(experiment: Experiment, run: str) -> list[dict[str, Any]]:
    """Returns the alarms that a run makes for itself on its prober's metrics of 10 seconds' resolution.

    Errors above 1 %, or a p95 above 1 s, for 20 seconds; data that are missing are a breach.
    """
    return [
        {
            "AlarmName": f"toban-{experiment.environment}-chaos-{run}-{short}",
            "Namespace": METRICS,
            "MetricName": metric,
            statistic[0]: statistic[1],
            "Dimensions": [{"Name": "Run", "Value": run}],
            "Period": 10,
            "EvaluationPeriods": 2,
            "DatapointsToAlarm": 2,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "breaching",
            "Tags": [{"Key": RUN_TAG, "Value": run}],
        }
        for short, metric, statistic, threshold in (
            ("errors", "ErrorPercent", ("Statistic", "Average"), 1.0),
            ("p95", "LatencyMilliseconds", ("ExtendedStatistic", "p95"), 1000.0),
        )
    ]


def fis_template(experiment: Experiment, run: str, *, hits: int, ready: int) -> dict[str, Any]:
    """Returns the FIS experiment template: the envelope, whose stop conditions are outside the cluster.

    Args:
        experiment: The experiment.
        run: Name of the run.
        hits: How many are hit.
        ready: Of how many.
    """
    alarms = [*experiment.stop_alarms, *(alarm["AlarmName"] for alarm in probe_alarms(experiment, run))]
    action, targets = _action(experiment, run, hits=hits, ready=ready)
    return {
        "description": f"{experiment.name}: {experiment.hypothesis}"[:512],
        "actions": {"fault": action},
        "targets": targets,
        "stopConditions": [
            {
                "source": "aws:cloudwatch:alarm",
                "value": f"arn:${{Partition}}:cloudwatch:${{Region}}:${{Account}}:alarm:{name}",
            }
            for name in alarms
        ],
        "experimentOptions": {"emptyTargetResolutionMode": "fail"},
        "tags": {RUN_TAG: run},
    }


def _action(
    experiment: Experiment, run: str, *, hits: int, ready: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    length = f"PT{experiment.duration // timedelta(minutes=1)}M"
    found = _FIS.get(experiment.fault.name)
    if found is None:
        body = chaos_object(experiment, run, hits=hits, label=RUN_TAG)
        action = {
            "actionId": "aws:eks:inject-kubernetes-custom-resource",
            "parameters": {
                "kubernetesApiVersion": body["apiVersion"],
                "kubernetesKind": body["kind"],
                "kubernetesNamespace": body["metadata"]["namespace"],
                "kubernetesSpec": json.dumps(body["spec"]),
                "maxDuration": length,
            },
            "targets": {"Cluster": "cluster"},
        }
        cluster = {
            "resourceType": "aws:eks:cluster",
            "resourceArns": ["${ClusterArn}"],
            "selectionMode": "ALL",
        }
        return action, {"cluster": cluster}
    action_id, given, key, kind = found
    parameters = dict(given)
    if experiment.fault.unit == "nodes":
        parameters["instanceTerminationPercentage"] = str(max(1, hits * 100 // max(1, ready)))
    name = experiment.target.nodegroup or experiment.target.database or experiment.target.cache
    target: dict[str, Any] = {
        "resourceType": kind,
        "resourceTags": {TARGET_TAG: name},
        "selectionMode": "COUNT(1)",
    }
    if experiment.fault.name == "cache-failover":
        parameters["duration"] = length
        # The zone of the primary, which only the cache itself knows at that moment.
        target["parameters"] = {"availabilityZoneIdentifier": "${PrimaryZone}"}
    return {"actionId": action_id, "parameters": parameters, "targets": {key: "target"}}, {"target": target}
