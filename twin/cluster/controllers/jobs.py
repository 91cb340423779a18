"""Jobs: pods that run to their end, as many as asked for, retried with growing pauses until the limit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twin.cluster.controllers.loop import Key, Loop, is_active, owner_key
from twin.cluster.controllers.pod_templates import pod_from
from twin.cluster.objects import Deletion
from twin.cluster.shapes import (
    Object,
    condition,
    instant,
    is_terminating,
    is_true,
    name_of,
    namespace_of,
    set_condition,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.store import Change

_JOBS, _PODS = "jobs.batch", "pods"
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 10, 600
"""The pause after the first failure, doubled by each further one (Job controller)."""


class Jobs:
    """The Job controller."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._objects = loop.objects

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the job itself, and the job of a pod."""
        if change.resource == _JOBS and change.verb != "DELETED":
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _PODS:
            yield from owner_key(change, "Job")

    def reconcile(self, key: Key) -> None:
        """Counts what ended, then makes the pods that are missing, or says that it is over."""
        job = self._objects.get(_JOBS, *key)
        if job is None or is_terminating(job):
            return
        if is_finished(job):
            self._expire(key, job)
            return
        pods = self._objects.owned(_PODS, job)
        done, failed = _counted(pods, "Succeeded"), _counted(pods, "Failed")
        verdict = self._verdict(job, done, failed)
        if verdict or job["spec"]["suspend"]:
            self._stop(pods)
        else:
            self._start_missing(key, job, pods, done, failed)
        self._write_status(key, job, verdict)

    def _verdict(self, job: Object, done: int, failed: int) -> tuple[str, str, str] | None:
        """Returns how the job ended: condition, reason, message; None while it runs."""
        spec, status = job["spec"], job.get("status") or {}
        if done >= (spec.get("completions") or 1) and not spec["suspend"]:
            return "Complete", "CompletionsReached", "Reached expected number of succeeded pods"
        if failed > spec["backoffLimit"]:
            return "Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit"
        limit, since = spec.get("activeDeadlineSeconds"), status.get("startTime")
        if limit is not None and since and not spec["suspend"]:
            left = (instant(since) + timedelta(seconds=limit) - self._objects.clock.now).total_seconds()
            if left <= 0:
                return "Failed", "DeadlineExceeded", "Job was active longer than specified deadline"
        return None

    def _start_missing(self, key: Key, job: Object, pods: list[Object], done: int, failed: int) -> None:
        spec = job["spec"]
        if not (job.get("status") or {}).get("startTime") and spec.get("activeDeadlineSeconds"):
            self._later(key, spec["activeDeadlineSeconds"])
        active = sum(is_active(pod) for pod in pods)
        wanted = min(spec["parallelism"], (spec.get("completions") or spec["parallelism"]) - done)
        pause = self._pause_s(pods, failed)
        if pause > 0 and active < wanted:
            self._later(key, pause)
            return
        for _ in range(wanted - active):
            self._objects.create(_PODS, pod_from(spec["template"], key[0], job, prefix=f"{key[1]}-"))

    def _pause_s(self, pods: list[Object], failed: int) -> float:
        """Returns how long to wait after the latest failure, measured from it."""
        ends = [instant(ended_at(pod)) for pod in pods if pod["status"]["phase"] == "Failed"]
        if not ends:
            return 0
        pause = min(_FIRST_PAUSE_S * 2 ** (failed - 1), _LONGEST_PAUSE_S)
        return (max(ends) + timedelta(seconds=pause) - self._objects.clock.now).total_seconds()

    def _stop(self, pods: list[Object]) -> None:
        for pod in pods:
            if is_active(pod):
                self._objects.delete(self._objects.kinds.of(_PODS), pod, Deletion())

    def _write_status(self, key: Key, job: Object, verdict: tuple[str, str, str] | None) -> None:
        pods, now = self._objects.owned(_PODS, job), self._objects.clock.now
        active = [pod for pod in pods if is_active(pod)]
        ready = sum(is_true(pod, "Ready") for pod in active)
        ending = sum(is_terminating(pod) for pod in pods)

        def write(obj: Object) -> None:
            status = obj.setdefault("status", {})
            suspended = obj["spec"]["suspend"]
            _put_suspended(obj, now)
            if not suspended:
                status.setdefault("startTime", stamp(now))
            status |= {"ready": ready, "terminating": ending, "uncountedTerminatedPods": {}}
            counts = {
                "active": len(active),
                "succeeded": _counted(pods, "Succeeded"),
                "failed": _counted(pods, "Failed"),
            }
            for field, count in counts.items():
                # Kubernetes leaves a count of none out.
                status.pop(field, None)
                status.update({field: count} if count else {})
            if verdict is not None:
                _conclude(status, now, verdict)

        self._objects.modify(_JOBS, *key, write)

    def _expire(self, key: Key, job: Object) -> None:
        lifetime = job["spec"].get("ttlSecondsAfterFinished")
        if lifetime is None:
            return
        left = (finished_at(job) + timedelta(seconds=lifetime) - self._objects.clock.now).total_seconds()
        if left > 0:
            self._later(key, left)
        else:
            self._objects.remove(_JOBS, job)

    def _later(self, key: Key, seconds: float) -> None:
        self._loop.later(seconds, lambda: self._loop.requeue(self, key), "job")


def is_finished(job: Object) -> bool:
    """Returns whether a job is over, either way."""
    return is_true(job, "Complete") or is_true(job, "Failed")


def finished_at(job: Object) -> datetime:
    """Returns when a finished job was over."""
    found = condition(job, "Complete") or condition(job, "Failed") or {}
    return instant(found["lastTransitionTime"])


def ended_at(pod: Object) -> str:
    """Returns when a pod's first container ended."""
    [first, *_] = pod["status"].get("containerStatuses") or [{}]
    ended = (first.get("state") or {}).get("terminated") or {}
    return str(ended.get("finishedAt") or pod["metadata"]["creationTimestamp"])


def _counted(pods: list[Object], phase: str) -> int:
    return sum(pod["status"]["phase"] == phase for pod in pods)


def _put_suspended(job: Object, now: datetime) -> None:
    """Says on the job that it is suspended, or that it runs again."""
    status, suspended = job["status"], job["spec"]["suspend"]
    if suspended:
        entry = {"type": "Suspended", "status": "True", "reason": "JobSuspended", "message": "Job suspended"}
        set_condition(status, now, entry)
        status.pop("startTime", None)
    elif is_true(job, "Suspended"):
        entry = {"type": "Suspended", "status": "False", "reason": "JobResumed", "message": "Job resumed"}
        set_condition(status, now, entry)


def _conclude(status: Object, now: datetime, verdict: tuple[str, str, str]) -> None:
    kind, reason, message = verdict
    first = "SuccessCriteriaMet" if kind == "Complete" else "FailureTarget"
    for condition_type in (first, kind):
        set_condition(
            status, now, {"type": condition_type, "status": "True", "reason": reason, "message": message}
        )
    if kind == "Complete":
        status["completionTime"] = stamp(now)
