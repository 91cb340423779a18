"""What values make no sense together, kind by kind: each rule gives the causes of a 422."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from twin.cluster.cron_schedule import ScheduleError
from twin.cluster.cron_schedule import parse as parse_schedule
from twin.cluster.selectors import compiled
from twin.cluster.shapes import Object, labels_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin.cluster.status import Cause


def _not_negative(spec: Object, *fields: str) -> Iterator[Cause]:
    for field in fields:
        if (spec.get(field) or 0) < 0:
            message = f"Invalid value: {spec[field]}: must be greater than or equal to 0"
            yield f"spec.{field}", "FieldValueInvalid", message


def _pod(spec: Object, path: str = "spec") -> Iterator[Cause]:
    containers = spec.get("containers") or []
    if not containers:
        yield f"{path}.containers", "FieldValueRequired", "Required value"
    for at, container in enumerate(containers):
        for field in ("name", "image"):
            if not container.get(field):
                yield f"{path}.containers[{at}].{field}", "FieldValueRequired", "Required value"


def _workload(spec: Object) -> Iterator[Cause]:
    yield from _not_negative(spec, "replicas", "minReadySeconds", "revisionHistoryLimit")
    labels = labels_of(spec["template"])
    if not spec.get("selector"):
        yield "spec.selector", "FieldValueRequired", "Required value"
    elif not compiled(spec["selector"])(labels):
        shown = json.dumps(labels, sort_keys=True, separators=(",", ":"))
        message = f"Invalid value: {shown}: `selector` does not match template `labels`"
        yield "spec.template.metadata.labels", "FieldValueInvalid", message
    yield from _pod(spec["template"]["spec"], "spec.template.spec")


def _budget(spec: Object) -> Iterator[Cause]:
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        message = f"Invalid value: {json.dumps(spec)}: minAvailable and maxUnavailable cannot be both set"
        yield "spec", "FieldValueInvalid", message
    for field in ("minAvailable", "maxUnavailable"):
        value = spec.get(field)
        if isinstance(value, int) and value < 0:
            yield from _not_negative(spec, field)
        if isinstance(value, str) and not re.fullmatch(r"(100|[0-9]{1,2})%", value):
            rule = "a valid percent string must be a numeric string followed by an ending '%'"
            message = f'Invalid value: "{value}": {rule}'
            yield f"spec.{field}", "FieldValueInvalid", message


def _autoscaler(spec: Object) -> Iterator[Cause]:
    low, high = spec.get("minReplicas", 1), spec.get("maxReplicas", 0)
    if low < 1:
        yield (
            "spec.minReplicas",
            "FieldValueInvalid",
            f"Invalid value: {low}: must be greater than or equal to 1",
        )
    scalable = any(metric["type"] in ("Object", "External") for metric in spec.get("metrics") or ())
    if low == 0 and not scalable:
        rule = "must specify at least one Object or External metric to support scaling to zero replicas"
        message = f"Forbidden: {rule}"
        yield "spec.metrics", "FieldValueForbidden", message
    if high < 1:
        yield "spec.maxReplicas", "FieldValueInvalid", f"Invalid value: {high}: must be greater than 0"
    if high < low:
        message = f"Invalid value: {high}: must be greater than or equal to `minReplicas`"
        yield "spec.maxReplicas", "FieldValueInvalid", message


def _schedule(spec: Object) -> Iterator[Cause]:
    zone = spec.get("timeZone")
    try:
        parse_schedule("0 0 * * *", zone)
    except ScheduleError as error:
        yield "spec.timeZone", "FieldValueInvalid", f'Invalid value: "{zone}": {error}'
    try:
        parse_schedule(spec["schedule"], None)
    except ScheduleError as error:
        yield "spec.schedule", "FieldValueInvalid", f'Invalid value: "{spec["schedule"]}": {error}'


def _cron_job(spec: Object) -> Iterator[Cause]:
    if not spec.get("schedule"):
        yield "spec.schedule", "FieldValueRequired", "Required value"
    else:
        yield from _schedule(spec)
    yield from _ending_pod(
        spec["jobTemplate"]["spec"]["template"]["spec"], "spec.jobTemplate.spec.template.spec"
    )


def _job(spec: Object) -> Iterator[Cause]:
    yield from _not_negative(spec, "parallelism", "completions", "backoffLimit")
    yield from _ending_pod(spec["template"]["spec"], "spec.template.spec")


def _ending_pod(spec: Object, path: str) -> Iterator[Cause]:
    """Yields the causes of a job's pod, which may not be started again for ever."""
    yield from _pod(spec, path)
    if spec.get("restartPolicy") == "Always":
        message = 'Required value: valid values: "OnFailure", "Never"'
        yield f"{path}.restartPolicy", "FieldValueRequired", message


RULES: dict[str, Callable[[Object], Iterator[Cause]]] = {
    "pods": _pod,
    "deployments.apps": _workload,
    "replicasets.apps": _workload,
    "statefulsets.apps": _workload,
    "daemonsets.apps": _workload,
    "poddisruptionbudgets.policy": _budget,
    "horizontalpodautoscalers.autoscaling": _autoscaler,
    "cronjobs.batch": _cron_job,
    "jobs.batch": _job,
}
