"""What an autoscaler says of itself, in the controller's own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin.cluster.shapes import Object, set_condition, stamp

if TYPE_CHECKING:
    from datetime import datetime

    from twin.cluster.controllers.utilisation import Measure


@dataclass
class Report:
    """The outcome of one look.

    Attributes:
        current: The workload's replicas.
        desired: What they become.
        proposed: What the metrics ask for.
        measures: What each metric says.
        missing: Why the workload cannot be read; empty when it can.
        disabled: Whether the workload is scaled to zero, which switches the autoscaler off.
        reason: Why the bounds alone decide; empty when the metrics do.
        stabilized: Whether a stabilisation window held it back.
        limit: What else held it back; empty when nothing did.
    """

    current: int = 0
    desired: int = 0
    proposed: int | None = None
    measures: list[Measure] = field(default_factory=list)
    missing: str = ""
    disabled: bool = False
    reason: str = ""
    stabilized: bool = False
    limit: str = ""

    @property
    def scales(self) -> bool:
        """Whether the workload's replicas change."""
        return not self.missing and self.desired != self.current


_LIMITS = {
    "TooFewReplicas": "the desired replica count is less than the minimum replica count",
    "TooManyReplicas": "the desired replica count is more than the maximum replica count",
    "ScaleUpLimit": "the desired replica count is increasing faster than the maximum scale rate",
    "ScaleDownLimit": "the desired replica count is decreasing faster than the maximum scale rate",
}


def write_status(obj: Object, report: Report, now: datetime) -> None:
    """Writes the status; nothing of it changes when nothing happened."""
    status = obj.setdefault("status", {})
    for entry in _conditions(report):
        kind, state, reason, message = entry
        set_condition(status, now, {"type": kind, "status": state, "reason": reason, "message": message})
    if report.missing:
        return
    status |= {"currentReplicas": report.current, "desiredReplicas": report.desired}
    shown = [_shown(measure) for measure in report.measures if measure.proposed is not None]
    status["currentMetrics"] = shown or None
    if report.scales:
        status["lastScaleTime"] = stamp(now)


def _conditions(report: Report) -> list[tuple[str, str, str, str]]:
    if report.missing:
        text = f"the HPA controller was unable to get the target's current scale: {report.missing}"
        return [("AbleToScale", "False", "FailedGetScale", text)]
    got = "the HPA controller was able to get the target's current scale"
    if report.disabled:
        text = "scaling is disabled since the replica count of the target is zero"
        return [
            ("AbleToScale", "True", "SucceededGetScale", got),
            ("ScalingActive", "False", "ScalingDisabled", text),
        ]
    able = ("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")
    if report.scales:
        text = f"the HPA controller was able to update the target scale to {report.desired}"
        able = ("AbleToScale", "True", "SucceededRescale", text)
    if report.reason:
        return [able]
    if report.proposed is None:
        return [("AbleToScale", "True", "SucceededGetScale", got), _unread(report)]
    if report.stabilized and not report.scales:
        text = (
            "recent recommendations were higher than current one, applying the highest recent recommendation"
        )
        able = ("AbleToScale", "True", "ScaleDownStabilized", text)
    best = max(
        (measure for measure in report.measures if measure.proposed is not None),
        key=lambda measure: measure.proposed or 0,
    )
    share = "resource utilization (percentage of request)" if best.percent is not None else "resource"
    text = f"the HPA was able to successfully calculate a replica count from {best.resource} {share}"
    active = ("ScalingActive", "True", "ValidMetricFound", text)
    within = (
        "ScalingLimited",
        "False",
        "DesiredWithinRange",
        "the desired count is within the acceptable range",
    )
    limited = ("ScalingLimited", "True", report.limit, _LIMITS[report.limit]) if report.limit else within
    return [able, active, limited]


def _unread(report: Report) -> tuple[str, str, str, str]:
    name = next((measure.resource for measure in report.measures if measure.proposed is None), "cpu")
    text = (
        f"the HPA was unable to compute the replica count: failed to get {name} utilization: "
        f"unable to get metrics for resource {name}: no metrics returned from resource metrics API"
    )
    return "ScalingActive", "False", "FailedGetResourceMetric", text


def _shown(measure: Measure) -> Object:
    current: Object = {"averageValue": _written(measure)}
    if measure.percent is not None:
        current["averageUtilization"] = measure.percent
    return {"type": "Resource", "resource": {"name": measure.resource, "current": current}}


def _written(measure: Measure) -> str:
    return f"{round(measure.average * 1000)}m" if measure.resource == "cpu" else str(round(measure.average))
