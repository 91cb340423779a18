"""Runs real handlers: as tasks of the clock, each function in its own warm container."""

from __future__ import annotations

import json
import traceback
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from twin.api_faults import ProcessCrash
from twin.errors import TwinFault
from twin.functions.container import Container
from twin.functions.context import LambdaContext
from twin.functions.environment import function_environment
from twin.functions.errors import error_object, import_fault
from twin.functions.output import LogLine, Metric, Output
from twin.functions.spec import Invocation, RunTimes
from twin.tasks import Waiter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import ModuleType

    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.functions.spec import FunctionSpec


@dataclass
class FunctionRunner:
    """Invokes functions.

    Args:
        clock: What handlers run on.
        api_calls: Is told whose calls they are.
        code_roots: By `FunctionSpec.key`, the folder that holds the handler's package.
        times: How long an invocation takes.
        on_log: Is given each line printed.
        on_metric: Is given each datum of embedded metrics.
        on_invocation: Is given each finished invocation, with the function's name and its event.
    """

    clock: Clock
    api_calls: ApiCalls
    code_roots: Mapping[str, Path]
    times: RunTimes = field(default_factory=RunTimes)
    on_log: Callable[[LogLine], None] = lambda _line: None
    on_metric: Callable[[Metric], None] = lambda _metric: None
    on_invocation: Callable[[str, Any, Invocation], None] = lambda _name, _event, _invocation: None
    _containers: dict[str, Container] = field(default_factory=dict)
    _pure: dict[Path, dict[str, ModuleType]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._output = Output(self.clock, self.on_log, self.on_metric)

    def recycle(self, key: str | None = None) -> None:
        """Makes the next invocation a cold start: of one `FunctionSpec.key`, None means every function."""
        if key is None:
            self._containers.clear()
        else:
            self._containers.pop(key, None)

    def run(self, spec: FunctionSpec, event: Any) -> Invocation:
        """Runs a function's handler as a task of its own, and waits for it.

        The caller may give up waiting; the function runs on, as in Lambda. When its own time is up it is
        ended where it waits, and its container with it.
        """
        begun, request_id = self.clock.now, str(uuid.uuid4())
        cold = spec.key not in self._containers
        finished, outcome = Waiter(), list[tuple[str, str | None, str]]()

        def work() -> None:
            outcome.append(self._handle(spec, event, request_id, cold=cold))
            self.clock.wake(finished)

        task = self.clock.spawn(work, name=f"function {spec.name}")
        limit = spec.timeout_s + (self.times.cold_s if cold else 0)
        if not self.clock.wait_for(finished, limit):
            self.clock.interrupt(task)
            self.recycle(spec.key)
            message = f"RequestId: {request_id} Error: Task timed out after {spec.timeout_s:.2f} seconds"
            outcome.append((error_object("Sandbox.Timedout", message), "Unhandled", message))
        payload, error, logs = outcome[0]
        took = (self.clock.now - begun).total_seconds()
        invocation = Invocation(payload, error, logs, took, cold, request_id)
        self.on_invocation(spec.name, event, invocation)
        return invocation

    def _handle(
        self, spec: FunctionSpec, event: Any, request_id: str, *, cold: bool
    ) -> tuple[str, str | None, str]:
        container = self._containers.get(spec.key) or self._open(spec)
        if cold:
            self.clock.sleep(self.times.cold_s)
        context = LambdaContext(
            clock=self.clock,
            deadline=self.clock.now + timedelta(seconds=spec.timeout_s),
            aws_request_id=request_id,
            function_name=spec.name,
            invoked_function_arn=spec.arn,
            memory_limit_in_mb=str(spec.memory_mb),
            log_group_name=f"/aws/lambda/{spec.name}",
            log_stream_name=f"{self.clock.now:%Y/%m/%d}/[{spec.version}]{request_id.replace('-', '')}",
            function_version=spec.version,
        )
        lines: list[str] = []

        def enter() -> None:
            container.enter()
            self._output.function, self._output.lines = spec.name, lines

        with self.api_calls.made_by(spec.name), self.clock.scope(enter, container.leave):
            payload, error = self._call(container, spec, event, context)
        self.clock.sleep(self.times.warm_s)
        return payload, error, "\n".join(lines)

    def _call(
        self, container: Container, spec: FunctionSpec, event: Any, context: LambdaContext
    ) -> tuple[str, str | None]:
        try:
            # Through JSON and back: a handler gets an event of its own, as over the wire.
            answer = container.handler()(json.loads(json.dumps(event)), context)
        except ProcessCrash as crash:
            return self._exited(spec, context, f"Runtime exited: {crash}")
        except SystemExit as crash:
            return self._exited(spec, context, f"Runtime exited with error: exit status {crash.code}")
        except Exception as error:  # noqa: BLE001 - Lambda turns every exception into an answer
            if container.is_cold:
                return error_object(*import_fault(error, spec.handler)), "Unhandled"
            root = str(self.code_roots[spec.key])
            trace = [text.replace(root, "/var/task") for text in traceback.format_list(_frames(error))]
            return error_object(type(error).__name__, str(error), context.aws_request_id, trace), "Unhandled"
        try:
            return json.dumps(answer, ensure_ascii=False, allow_nan=False, default=_encode), None
        except (TypeError, ValueError) as error:
            message = f"Unable to marshal response: {error}"
            return error_object("Runtime.MarshalError", message, context.aws_request_id), "Unhandled"

    def _exited(self, spec: FunctionSpec, context: LambdaContext, how: str) -> tuple[str, str]:
        self.recycle(spec.key)
        message = f"RequestId: {context.aws_request_id} Error: {how}"
        return error_object("Runtime.ExitError", message), "Unhandled"

    def _open(self, spec: FunctionSpec) -> Container:
        root = self.code_roots.get(spec.key)
        if root is None:
            raise TwinFault(f"The twin has no code for the function {spec.name}; give its source folder.")
        container = self._containers[spec.key] = Container(
            root,
            spec.handler,
            function_environment(spec, root),
            self._output,
            self._pure.setdefault(root, {}),
        )
        return container


def _frames(error: Exception) -> list[traceback.FrameSummary]:
    """Returns the frames of a handler's error, from the handler's own on.

    As the runtime client makes them: without the columns, for which newer Pythons print marks under a line.
    """
    return [
        traceback.FrameSummary(frame.filename, frame.lineno, frame.name, line=frame.line)
        for frame in traceback.extract_tb(error.__traceback__)[1:]
    ]


def _encode(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
