"""HorizontalPodAutoscalers: replicas follow a load that the scenario sets, in bounds and as fast as allowed.

It looks when something changed or a window ends; a real one looks every 15 seconds, which would be 40,000
times a virtual week.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from twin.cluster.controllers.autoscaler_status import Report, write_status
from twin.cluster.controllers.utilisation import Load, Measure, measured
from twin.cluster.scaling_rules import Memory, allowed
from twin.cluster.shapes import Object, name_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from twin.cluster.controllers.loop import Key, Loop
    from twin.cluster.objects import Timer
    from twin.cluster.store import Change

_SCALERS = "horizontalpodautoscalers.autoscaling"
_LONGEST_WINDOW = timedelta(hours=1)
"""No window and no period may be longer (HorizontalPodAutoscaler API)."""


@dataclass
class _Watched:
    """One autoscaler's memory, and when it looks again."""

    uid: str
    memory: Memory = field(default_factory=Memory)
    timer: Timer | None = None


class Autoscalers:
    """The HorizontalPodAutoscaler controller."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._objects = loop.objects
        self._loads: dict[tuple[str, str, str], Load] = {}
        self._watched: dict[Key, _Watched] = {}

    def set_load(self, target: tuple[str, str, str], amounts: dict[str, Decimal]) -> None:
        """Sets what a workload (kind, namespace, name) uses, by resource; empty when nobody measures it."""
        self._loads[target] = amounts
        for scaler in self._objects.listing(_SCALERS, target[1]):
            if _target_of(scaler) == target:
                self._loop.requeue(self, (namespace_of(scaler), name_of(scaler)))

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the autoscaler itself when its spec changed, and that of a workload whose replicas moved."""
        if change.resource == _SCALERS:
            if change.before is None or change.before["spec"] != change.after["spec"]:
                yield namespace_of(change.after), name_of(change.after)
            elif change.verb == "DELETED":
                self._forget((namespace_of(change.after), name_of(change.after)))
        elif self._objects.kinds.of(change.resource).scale and _moved(change):
            target = (str(change.after["kind"]), namespace_of(change.after), name_of(change.after))
            for scaler in self._objects.listing(_SCALERS, target[1]):
                if _target_of(scaler) == target:
                    yield namespace_of(scaler), name_of(scaler)

    def reconcile(self, key: Key) -> None:
        """Measures, decides, scales and writes the status."""
        scaler = self._objects.get(_SCALERS, *key)
        if scaler is None:
            return
        watched = self._watched.get(key)
        if watched is None or watched.uid != scaler["metadata"]["uid"]:
            self._forget(key)
            watched = self._watched[key] = _Watched(scaler["metadata"]["uid"])
        reference = scaler["spec"]["scaleTargetRef"]
        kind = self._objects.kinds.named(reference.get("apiVersion", "apps/v1"), reference["kind"])
        target = None if kind is None else self._objects.get(kind.resource, key[0], reference["name"])
        if kind is None or target is None:
            self._write(key, Report(missing=_not_found(reference)))
            return
        report = self._decided(scaler, target, watched)
        if report.scales:
            self._scale(kind.resource, target, report.desired)
        self._write(key, report)

    def _decided(self, scaler: Object, target: Object, watched: _Watched) -> Report:
        spec, now = scaler["spec"], self._objects.clock.now
        current, low, high = int(target["spec"]["replicas"]), spec["minReplicas"], spec["maxReplicas"]
        measures = measured(spec["metrics"], target, self._loads.get(_target_of(scaler)))
        report = Report(current=current, desired=current, measures=measures)
        self._cancel(watched)
        if current == 0 and low != 0:
            report.disabled = True
            watched.memory.recommended.clear()
        elif current > high or current < low:
            report.desired = high if current > high else low
            report.reason = (
                f"Current number of replicas {'above' if current > high else 'below'} "
                f"Spec.{'Max' if current > high else 'Min'}Replicas"
            )
        elif _proposal(measures, current) is not None:
            self._follow(spec, report, watched)
        if report.desired != current:
            watched.memory.scaled.append((now, report.desired - current))
        watched.memory.forget(now - _LONGEST_WINDOW)
        return report

    def _follow(self, spec: Object, report: Report, watched: _Watched) -> None:
        now, low, high = self._objects.clock.now, spec["minReplicas"], spec["maxReplicas"]
        proposal = _proposal(report.measures, report.current)
        report.proposed = report.current if proposal is None else proposal
        watched.memory.recommend(now, report.proposed)
        verdict = allowed(spec.get("behavior"), report.current, report.proposed, watched.memory, now)
        report.stabilized = verdict.stabilized
        report.limit = "ScaleUpLimit" if verdict.limited and report.proposed > report.current else ""
        report.limit = (
            "ScaleDownLimit" if verdict.limited and report.proposed < report.current else report.limit
        )
        report.desired = min(max(verdict.replicas, low), high)
        if verdict.replicas < low:
            report.limit = "TooFewReplicas"
        elif verdict.replicas > high:
            report.limit = "TooManyReplicas"
        if verdict.look_at is not None:
            key = next(key for key, other in self._watched.items() if other is watched)
            wait = (verdict.look_at - now).total_seconds()
            watched.timer = self._loop.later(wait, lambda: self._loop.requeue(self, key), "autoscaler window")

    def _scale(self, resource: str, target: Object, replicas: int) -> None:
        def write(obj: Object) -> None:
            obj["spec"]["replicas"] = replicas

        self._objects.modify(resource, namespace_of(target), name_of(target), write)

    def _write(self, key: Key, report: Report) -> None:
        now = self._objects.clock.now
        self._objects.modify(_SCALERS, *key, lambda obj: write_status(obj, report, now))

    def _forget(self, key: Key) -> None:
        old = self._watched.pop(key, None)
        if old is not None:
            self._cancel(old)

    @staticmethod
    def _cancel(watched: _Watched) -> None:
        if watched.timer is not None:
            watched.timer.cancel()
            watched.timer = None


def _proposal(measures: list[Measure], current: int) -> int | None:
    """Returns the most that any metric asks for; None when an unread one might ask for more."""
    known = [measure.proposed for measure in measures if measure.proposed is not None]
    if not known or (len(known) < len(measures) and max(known) < current):
        return None
    return max(known)


def _target_of(scaler: Object) -> tuple[str, str, str]:
    reference = scaler["spec"]["scaleTargetRef"]
    return str(reference["kind"]), namespace_of(scaler), str(reference["name"])


def _not_found(reference: Object) -> str:
    group = str(reference.get("apiVersion", "apps/v1")).rpartition("/")[0]
    return f'{reference["kind"].lower()}s.{group} "{reference["name"]}" not found'


def _moved(change: Change) -> bool:
    return (
        change.before is None or change.verb == "DELETED" or _counts(change.before) != _counts(change.after)
    )


def _counts(workload: Object) -> tuple[object, ...]:
    status = workload.get("status") or {}
    return workload["spec"].get("replicas"), status.get("readyReplicas"), status.get("replicas")
