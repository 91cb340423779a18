"""The life of an execution: it starts as a task, ends in one of five ways, and tells each of its steps."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto
from twin.state_machines import names
from twin.tasks import Interrupted, Waiter

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from twin.clock import Clock
    from twin.patches import Patches
    from twin.tasks import Task

__all__ = ["ExecutionEvent", "Executions"]


@dataclass(frozen=True)
class ExecutionEvent:
    """One event of an execution's history, as AWS names it.

    `state` is the name of the state that was entered or left, else None. `details` is the event's own
    structure in the API's spelling (`{"name": …, "input": …}`), empty when it has none.
    """

    at: datetime
    machine: str
    execution: str
    name: str
    kind: str
    state: str | None
    details: dict[str, Any]


class Stopped(Interrupted):
    """Somebody called StopExecution."""


@dataclass
class Executions:
    """Runs executions on the clock.

    Args:
        clock: What they run on.
        keep_histories: So many of the latest ended executions keep their history for
            GetExecutionHistory; older ones are only listed and described.
    """

    clock: Clock
    keep_histories: int = 200
    listeners: list[Callable[[ExecutionEvent], None]] = field(default_factory=list)
    _tasks: dict[str, Task] = field(default_factory=dict)
    _waiters: dict[str, list[Waiter]] = field(default_factory=dict)
    _ended: list[Any] = field(default_factory=list)
    _programs: dict[str, Any] = field(default_factory=dict)

    def patch(self, patches: Patches) -> None:
        """Will let moto's executions begin, be stopped and be told here."""
        start_execution = moto.models.StepFunctionsParserBackend.start_execution
        parse = moto.AmazonStateLanguageParser.parse
        publish = moto.EventManager._publish_history_event

        def start_named(backend: Any, state_machine_arn: str, name: str | None = None, *args: Any) -> Any:
            return start_execution(backend, state_machine_arn, name or str(uuid.uuid4()), *args)

        def parse_once(definition: str) -> Any:
            # A parsed program keeps nothing of its runs: their state lives in the environment.
            if definition not in self._programs:
                self._programs[definition] = parse(definition)
            return self._programs[definition]

        def publish_and_tell(manager: Any, event_type: Any, event_details: Any = None, **kwargs: Any) -> None:
            publish(manager, event_type=event_type, event_details=event_details, **kwargs)
            worker = getattr(manager, "execution_worker", None)
            if worker is not None:
                self._tell(worker, moto.HistoryEventType(event_type).value, event_details)

        def evaluate(program: Any, env: Any) -> None:
            env.next_state_name = program.start_at.start_at_name
            moto.EvalComponent.eval(program, env)

        patches.set(moto.models.StepFunctionsParserBackend, "start_execution", start_named)
        names.patch(patches)
        patches.set(moto.AmazonStateLanguageParser, "parse", staticmethod(parse_once))
        patches.set(moto.EventManager, "_publish_history_event", publish_and_tell)
        patches.set(moto.Program, "eval", evaluate)

        def start(worker: Any) -> None:
            self._start(worker)

        def stop(worker: Any, stop_date: datetime, error: str | None, cause: str | None) -> None:
            self._stop(worker, stop_date, error, cause)

        patches.set(moto.ExecutionWorker, "start", start)
        patches.set(moto.ExecutionWorker, "stop", stop)

    def wait_until_ended(self, execution_arn: str) -> None:
        """Will let the running task wait for an execution's end."""
        if execution_arn in self._tasks:
            waiter = Waiter()
            self._waiters.setdefault(execution_arn, []).append(waiter)
            self.clock.wait_for(waiter)

    def _start(self, worker: Any) -> None:
        # At once, not on the task: somebody may look at the environment before it has the baton.
        worker.env = worker._get_evaluation_environment()
        worker.env.event_manager.execution_worker = worker
        arn = worker._evaluation_details.execution_details.arn
        self._tasks[arn] = self.clock.spawn(lambda: self._run(worker, arn), name=f"execution {arn}")

    def _stop(self, worker: Any, stop_date: datetime, error: str | None, cause: str | None) -> None:
        arn = worker._evaluation_details.execution_details.arn
        task = self._tasks.get(arn)
        if task is None:
            return
        worker.env.set_stop(stop_date=stop_date, cause=cause, error=error)
        # Who asks for its state next is told, though the task has yet to unwind.
        execution = worker._execution_communication.execution
        execution.exec_status = moto.ExecutionStatus.ABORTED
        execution.stop_date = stop_date
        if task.waits_with is not None:
            self.clock.interrupt(task, Stopped("StopExecution"))

    def _run(self, worker: Any, arn: str) -> None:
        env, program = worker.env, worker._get_evaluation_entrypoint()
        try:
            self._publish_start(worker)
            try:
                if program.timeout_seconds is None:
                    program.eval(env)
                else:
                    with self.clock.deadline(program.timeout_seconds.timeout_seconds):
                        program.eval(env)
            except TimeoutError:
                env.set_timed_out()
                self._publish_end(env, "ExecutionTimedOut")
            except Stopped:
                self._publish_end(env, "ExecutionAborted")
            self.clock.end_children()
            worker._execution_communication.terminated()
        finally:
            del self._tasks[arn]
            for waiter in self._waiters.pop(arn, ()):
                self.clock.wake(waiter)
        moto.interpreter_utils.TMP_THREADS.clear()
        self._forget_old_histories(worker)

    def _publish_start(self, worker: Any) -> None:
        details = worker._evaluation_details
        worker.env.event_manager.add_event(
            context=worker.env.event_history_context,
            event_type=moto.HistoryEventType.ExecutionStarted,
            event_details={
                "executionStartedEventDetails": {
                    "input": moto.to_json_str(details.execution_details.inpt),
                    "inputDetails": {"truncated": False},
                    "roleArn": details.aws_execution_details.role_arn,
                }
            },
            update_source_event_id=False,
        )

    @staticmethod
    def _publish_end(env: Any, kind: str) -> None:
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

    def _forget_old_histories(self, worker: Any) -> None:
        self._ended.append(worker)
        if len(self._ended) > self.keep_histories:
            self._ended.pop(0).env.event_manager._history_event_list.clear()

    def _tell(self, worker: Any, kind: str, event_details: Any) -> None:
        if not self.listeners:
            return
        of = worker._evaluation_details
        details = dict(next(iter(event_details.values()), None) or {}) if event_details else {}
        state = details.get("name") if kind.endswith(("StateEntered", "StateExited")) else None
        event = ExecutionEvent(
            self.clock.now,
            of.state_machine_details.name,
            of.execution_details.arn,
            of.execution_details.name,
            kind,
            state,
            details,
        )  # fmt: skip - one line of facts
        for listener in self.listeners:
            listener(event)
