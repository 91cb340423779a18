"""The life of an execution: it starts as a task, ends in one of five ways, and tells each of its steps."""

from __future__ import annotations

import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.state_machines import history, limits, names, versions
from twin.state_machines import moto_names as moto
from twin.state_machines.definition.grammar import quickly, readable
from twin.state_machines.timestamps import text_of
from twin.tasks import Interrupted, Waiter

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

    from twin.clock import Clock
    from twin.patches import Patches
    from twin.state_machines.history import ExecutionEvent
    from twin.tasks import Task


class Stopped(Interrupted):
    """Somebody called StopExecution."""


@dataclass
class Executions:
    """Runs executions on the clock.

    Args:
        clock: What they run on.
        numbers: Choose between the two versions of an alias.
        keep_histories: So many of the latest ended executions keep their history for
            GetExecutionHistory; older ones are only listed and described.
    """

    clock: Clock
    numbers: Random
    keep_histories: int = 200
    listeners: list[Callable[[ExecutionEvent], None]] = field(default_factory=list)
    _tasks: dict[str, Task] = field(default_factory=dict)
    _waiters: dict[str, list[Waiter]] = field(default_factory=dict)
    _ended: list[Any] = field(default_factory=list)
    _programs: dict[str, Any] = field(default_factory=dict)

    def patch(self, patches: Patches) -> None:
        """Lets moto's executions begin, be stopped and be told here."""
        start_execution = moto.models.StepFunctionsParserBackend.start_execution
        publish = moto.EventManager._publish_history_event

        start_bound = versions.patch(patches, self.numbers)

        def start_named(backend: Any, state_machine_arn: str, name: str | None = None, *args: Any) -> Any:
            named = name if name is not None else str(uuid.uuid4())
            limits.check_start(named, args[0] if args else None)
            return start_bound(
                backend, state_machine_arn, lambda machine: start_execution(backend, machine, named, *args)
            )

        def publish_and_tell(manager: Any, event_type: Any, event_details: Any = None, **kwargs: Any) -> None:
            publish(manager, event_type=event_type, event_details=event_details, **kwargs)
            worker = getattr(manager, "execution_worker", None)
            if worker is None:
                return
            kind = moto.HistoryEventType(event_type).value
            limits.check_history(len(manager._history_event_list), kind, worker.env)
            if self.listeners:
                event = history.event_of(worker, kind, event_details, at=self.clock.now)
                for listener in self.listeners:
                    listener(event)

        def evaluate(program: Any, env: Any) -> None:
            env.next_state_name = program.start_at.start_at_name
            moto.EvalComponent.eval(program, env)

        patches.set(moto.models.StepFunctionsParserBackend, "start_execution", start_named)
        names.patch(patches)
        self._patch_parser(patches)
        patches.set(moto.EventManager, "_publish_history_event", publish_and_tell)
        patches.set(moto.Program, "eval", evaluate)

        def start(worker: Any) -> None:
            self._start(worker)

        def stop(worker: Any, stop_date: datetime, error: str | None, cause: str | None) -> None:
            self._stop(worker, stop_date, error, cause)

        patches.set(moto.ExecutionWorker, "start", start)
        patches.set(moto.ExecutionWorker, "stop", stop)

    def _patch_parser(self, patches: Patches) -> None:
        parse = moto.AmazonStateLanguageParser.parse

        def parse_once(definition: str) -> Any:
            # A parsed program keeps nothing of its runs: their state lives in the environment.
            if definition not in self._programs:
                self._programs[definition] = quickly(parse, readable(definition))
            return self._programs[definition]

        patches.set(moto.AmazonStateLanguageParser, "parse", staticmethod(parse_once))

    def wait_until_ended(self, execution_arn: str) -> None:
        """Lets the running task wait for an execution's end."""
        if execution_arn in self._tasks:
            waiter = Waiter()
            self._waiters.setdefault(execution_arn, []).append(waiter)
            self.clock.wait_for(waiter)

    def _start(self, worker: Any) -> None:
        # At once, not on the task: somebody may look at the environment before it has the baton.
        worker.env = worker._get_evaluation_environment()
        worker.env.event_manager.execution_worker = worker
        execution = worker.env.states.context_object.context_object_data["Execution"]
        execution |= {"StartTime": text_of(execution["StartTime"]), "RedriveCount": 0}
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
            history.publish_start(worker)
            try:
                seconds = limits.seconds_of(
                    program, worker._execution_communication.execution.state_machine.type
                )
                with nullcontext() if seconds is None else self.clock.deadline(seconds):
                    program.eval(env)
            except TimeoutError:
                env.set_timed_out()
                history.publish_end(env, "ExecutionTimedOut")
            except Stopped:
                history.publish_end(env, "ExecutionAborted")
            self.clock.end_children()
            worker._execution_communication.terminated()
        finally:
            del self._tasks[arn]
            for waiter in self._waiters.pop(arn, ()):
                self.clock.wake(waiter)
        moto.interpreter_utils.TMP_THREADS.clear()
        self._forget_old_histories(worker)

    def _forget_old_histories(self, worker: Any) -> None:
        self._ended.append(worker)
        if len(self._ended) > self.keep_histories:
            self._ended.pop(0).env.event_manager._history_event_list.clear()
