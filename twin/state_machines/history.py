"""An execution's history: the events that moto does not publish itself, and how each one is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Started:
    """How an execution began.

    Attributes:
        at: When.
        machine: ARN of its machine, without version or alias.
        version: ARN of the version that it is bound to; None when the machine was started as it is.
        alias: ARN of the alias that it was started by; None without one.
        given: Its input, as JSON.
    """

    at: datetime
    machine: str
    version: str | None
    alias: str | None
    given: str


@dataclass(frozen=True)
class ExecutionEvent:
    """One event of an execution's history, as AWS names it.

    Attributes:
        at: When it happened.
        machine: Name of the machine.
        execution: ARN of the execution.
        name: Name of the execution.
        kind: `ExecutionStarted`, `TaskStateEntered` and so on.
        state: Name of the state that was entered or left; None for other events.
        details: The event's own structure in the API's spelling (`{"name": …, "input": …}`), empty without
            one.
        worker: moto's worker, which knows the rest.
    """

    at: datetime
    machine: str
    execution: str
    name: str
    kind: str
    state: str | None
    details: dict[str, Any]
    worker: Any = None

    def started(self) -> Started:
        """Returns how the event's execution began."""
        execution = self.worker._execution_communication.execution
        bound = execution.state_machine.bound
        return Started(
            at=execution.start_date,
            machine=bound.machine,
            version=bound.version.arn if bound.version is not None else None,
            alias=bound.alias,
            given=moto.to_json_str(execution.input_data, separators=(",", ":")),
        )


def event_of(worker: Any, kind: str, event_details: Any, *, at: datetime) -> ExecutionEvent:
    """Returns an event of a worker's execution as listeners are told it."""
    of = worker._evaluation_details
    details = dict(next(iter(event_details.values()), None) or {}) if event_details else {}
    return ExecutionEvent(
        at=at,
        machine=of.state_machine_details.name,
        execution=of.execution_details.arn,
        name=of.execution_details.name,
        kind=kind,
        state=details.get("name") if kind.endswith(("StateEntered", "StateExited")) else None,
        details=details,
        worker=worker,
    )


def publish_start(worker: Any) -> None:
    """Publishes that an execution began, with its input and what it is bound to."""
    details = worker._evaluation_details
    bound = worker._execution_communication.execution.state_machine.bound
    version = bound.version.arn if bound.version is not None else None
    named = {"stateMachineVersionArn": version, "stateMachineAliasArn": bound.alias}
    worker.env.event_manager.add_event(
        context=worker.env.event_history_context,
        event_type=moto.HistoryEventType.ExecutionStarted,
        event_details={
            "executionStartedEventDetails": {
                "input": moto.to_json_str(details.execution_details.inpt),
                "inputDetails": {"truncated": False},
                "roleArn": details.aws_execution_details.role_arn,
                **{key: arn for key, arn in named.items() if arn is not None},
            }
        },
        update_source_event_id=False,
    )


def publish_end(env: Any, kind: str) -> None:
    """Publishes that an execution was stopped, or that its time was over."""
    details: dict[str, Any] = {"executionTimedOutEventDetails": {}}
    if kind == "ExecutionAborted":
        state = env.program_state()
        given = {"error": state.error, "cause": state.cause}
        details = {"executionAbortedEventDetails": {key: text for key, text in given.items() if text}}
        env.event_history_context.source_event_id = 0
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=getattr(moto.HistoryEventType, kind),
        event_details=details,
    )
