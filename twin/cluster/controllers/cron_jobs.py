"""CronJobs: a job at each time of a schedule, unless suspended, too late, or one still runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twin.cluster.controllers.jobs import finished_at, is_finished
from twin.cluster.controllers.loop import Key, Loop, owner_key
from twin.cluster.cron_schedule import parse
from twin.cluster.objects import Deletion, Timer
from twin.cluster.shapes import (
    Object,
    instant,
    is_terminating,
    is_true,
    name_of,
    namespace_of,
    owner_reference,
    stamp,
)
from twin.json_copies import clone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.store import Change

_CRONS, _JOBS = "cronjobs.batch", "jobs.batch"
_MINUTE_S = 60


class CronJobs:
    """The CronJob controller."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._objects = loop.objects
        self._timers: dict[Key, tuple[datetime, Timer]] = {}

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the CronJob itself, and that of a job."""
        if change.resource == _CRONS:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _JOBS:
            yield from owner_key(change, "CronJob")

    def reconcile(self, key: Key) -> None:
        """Tidies up, starts what is due, and arranges the next look."""
        cron = self._objects.get(_CRONS, *key)
        if cron is None or is_terminating(cron):
            self._arrange(key, None)
            return
        jobs = self._objects.owned(_JOBS, cron)
        self._tidy(cron, jobs)
        if cron["spec"]["suspend"]:
            self._arrange(key, None)
        else:
            self._start_due(key, cron, jobs)
        self._write_status(key)

    def _start_due(self, key: Key, cron: Object, jobs: list[Object]) -> None:
        spec, now = cron["spec"], self._objects.clock.now
        schedule = parse(spec["schedule"], spec.get("timeZone"))
        known = (cron.get("status") or {}).get("lastScheduleTime") or cron["metadata"]["creationTimestamp"]
        due, coming = None, schedule.next_after(instant(known))
        while coming is not None and coming <= now:
            due, coming = coming, schedule.next_after(coming)
        self._arrange(key, coming)
        deadline = spec.get("startingDeadlineSeconds")
        if due is None or (deadline is not None and due + timedelta(seconds=deadline) < now):
            return
        running = [job for job in jobs if not is_finished(job)]
        if running and spec["concurrencyPolicy"] == "Forbid":
            return
        if spec["concurrencyPolicy"] == "Replace":
            for job in running:
                self._objects.delete(self._objects.kinds.of(_JOBS), job, Deletion())
        self._create(cron, due)

    def _create(self, cron: Object, due: datetime) -> None:
        name = f"{name_of(cron)}-{int(due.timestamp()) // _MINUTE_S}"
        if self._objects.get(_JOBS, namespace_of(cron), name) is None:
            template = clone(cron["spec"]["jobTemplate"])
            meta = template.get("metadata") or {}
            annotations = {
                **(meta.get("annotations") or {}),
                "batch.kubernetes.io/cronjob-scheduled-timestamp": stamp(due),
            }
            owners = [owner_reference("batch/v1", "CronJob", cron)]
            given = {**meta, "annotations": annotations, "name": name, "namespace": namespace_of(cron)}
            self._objects.create(
                _JOBS, {"metadata": {**given, "ownerReferences": owners}, "spec": template["spec"]}
            )

        def write(obj: Object) -> None:
            obj.setdefault("status", {})["lastScheduleTime"] = stamp(due)

        self._objects.modify(_CRONS, namespace_of(cron), name_of(cron), write)

    def _tidy(self, cron: Object, jobs: list[Object]) -> None:
        """Keeps the newest finished jobs, as many as the history limits say."""
        spec = cron["spec"]
        for kind, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            over = sorted((job for job in jobs if is_true(job, kind)), key=finished_at)
            for job in over[: max(0, len(over) - spec[limit])]:
                self._objects.delete(self._objects.kinds.of(_JOBS), job, Deletion())

    def _write_status(self, key: Key) -> None:
        cron = self._objects.get(_CRONS, *key)
        if cron is None:
            return
        jobs = self._objects.owned(_JOBS, cron)
        active = [_reference(job) for job in jobs if not is_finished(job)]
        done = [finished_at(job) for job in jobs if is_true(job, "Complete")]

        def write(obj: Object) -> None:
            status = obj.setdefault("status", {})
            status.pop("active", None)
            status.update({"active": active} if active else {})
            if done:
                status["lastSuccessfulTime"] = max(stamp(max(done)), status.get("lastSuccessfulTime", ""))

        self._objects.modify(_CRONS, *key, write)

    def _arrange(self, key: Key, when: datetime | None) -> None:
        old = self._timers.pop(key, None)
        if old is not None and old[0] == when:
            self._timers[key] = old
            return
        if old is not None:
            old[1].cancel()
        if when is not None:
            wait = (when - self._objects.clock.now).total_seconds()

            def act() -> None:
                self._timers.pop(key, None)
                self._loop.requeue(self, key)

            self._timers[key] = (when, self._loop.later(wait, act, "CronJob"))


def _reference(job: Object) -> Object:
    meta = job["metadata"]
    kept = {field: meta[field] for field in ("name", "namespace", "uid", "resourceVersion")}
    return {"apiVersion": "batch/v1", "kind": "Job", **kept}
