"""Records what the machines do: each run with its steps and reasons, for the timeline and the report."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.control_plane import STATUSES
from twin.report.story import Run, Step

if TYPE_CHECKING:
    from datetime import datetime

    from twin.state_machines import ExecutionEvent
    from twin.timeline import Timeline

QUIET_ACTION = "nothing"


@dataclass(slots=True)
class RecordedRun:
    """A run while it goes on; `reported` counts what it did that is in the timeline already."""

    environment: str
    name: str
    cause: str
    begun: datetime
    status: str = "RUNNING"
    ended: datetime | None = None
    action: str = ""
    reason: str = ""
    steps: list[Step] = field(default_factory=list)
    entered: dict[str, datetime] = field(default_factory=dict)
    reported: int = 0

    @property
    def quiet(self) -> bool:
        """Whether it found nothing to do, and went well."""
        return self.action == QUIET_ACTION and self.status in ("RUNNING", "SUCCEEDED")


class RunRecorder:
    """Listens to the machines.

    Args:
        timeline: Is told of runs, decisions and steps.
        machines: Each machine's name and the environment that it operates.
    """

    def __init__(self, timeline: Timeline, machines: dict[str, str]) -> None:
        self._timeline, self._machines = timeline, machines
        self._runs: dict[str, RecordedRun] = {}

    def record(self, event: ExecutionEvent) -> None:
        """Takes one event of one execution's history."""
        if event.kind == "ExecutionStarted":
            self._start(event)
            return
        run = self._runs.get(event.execution)
        if run is None:
            return
        if event.kind in STATUSES:
            self._end(run, event)
        elif event.kind == "TaskStateEntered" and event.state:
            run.entered[event.state] = event.at
        elif event.kind == "TaskStateExited" and event.state:
            self._step(run, event)

    def of(self, environment: str) -> tuple[list[Run], int]:
        """Returns an environment's runs that changed something or failed, and the number of the others."""
        mine = [run for run in self._runs.values() if run.environment == environment]
        loud = [run for run in mine if not run.quiet]
        return [_record(run) for run in loud], len(mine) - len(loud)

    def failures(self) -> list[str]:
        """Returns the environment of each run that ended badly, or has not ended."""
        return [run.environment for run in self._runs.values() if run.status != "SUCCEEDED"]

    def _start(self, event: ExecutionEvent) -> None:
        given = _json(event.details.get("input"))
        # A fleet's members are operated by their environment's machine.
        operated = given.get("target") if event.machine in self._machines else None
        environment = str(operated or self._machines.get(event.machine, event.machine))
        cause = given.get("cause", "")
        self._runs[event.execution] = RecordedRun(environment, event.name, cause, event.at)
        self._timeline.record("machine", event.machine, "started", f"by {cause}" if cause else "", event.name)

    def _end(self, run: RecordedRun, event: ExecutionEvent) -> None:
        run.status, run.ended = STATUSES[event.kind], event.at
        why = ": ".join(str(event.details[key]) for key in ("error", "cause") if event.details.get(key))
        self._timeline.record("machine", event.machine, run.status.lower(), why, run.name)

    def _step(self, run: RecordedRun, event: ExecutionEvent) -> None:
        output = _json(event.details.get("output"))
        action, reason = str(output.get("action", "")), str(output.get("reason", ""))
        if (action, reason) != (run.action, run.reason) and action:
            run.action, run.reason = action, reason
            self._timeline.record("decision", run.environment, action, reason, run.name)
        did = [str(sentence) for sentence in output.get("did", ())][run.reported :]
        waiting = [str(phrase) for phrase in output.get("waiting_for", ())]
        run.reported += len(did)
        note = "; ".join([*did, *(f"waits: {phrase}" for phrase in waiting)])
        state = event.state or ""
        run.steps.append(Step(state, run.entered.pop(state, event.at), event.at, note))
        if did:
            self._timeline.record("step", run.environment, state, "; ".join(did), run.name)


def _record(run: RecordedRun) -> Run:
    return Run(
        name=run.name,
        environment=run.environment,
        cause=run.cause,
        begun=run.begun,
        ended=run.ended,
        status=run.status,
        reason=run.reason,
        steps=tuple(run.steps),
    )


def _json(text: Any) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
