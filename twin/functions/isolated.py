"""Runs handlers on AWS's own runtime client, each function in a process of its own.

The in-process runner is what the twin plays with; this one shows that the handlers start and answer as they
will in Lambda, and `toban twin run --isolated` plays with it. A process calls AWS through an endpoint of its
own, which the invocation's task serves while it waits, so that its calls are the function's and happen in the
twin's order. Virtual time stands still while a handler runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import uuid
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from twin.api_faults import ProcessCrash
from twin.errors import TwinFault
from twin.functions.environment import function_environment
from twin.functions.errors import error_object
from twin.functions.output import LogLine, Metric, Output
from twin.functions.runtime_api import Outcome, RuntimeApi
from twin.functions.spec import Invocation, RunTimes
from twin.up.aws import AwsEndpoint
from twin.up.server import Server
from twin.up.work_queue import WorkQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.functions.spec import FunctionSpec

GLANCE_S = 0.02
"""Real seconds between two looks at whether the process has answered."""

KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


class Process:
    """One function's process, with its Runtime API and its AWS endpoint."""

    def __init__(self, spec: FunctionSpec, root: Path, clock: Clock) -> None:
        self._spec, self._root, self._clock = spec, root, clock
        self._open = ExitStack()
        self._work_queue, endpoint = WorkQueue(), AwsEndpoint(lambda: clock.now)
        self._api = self._open.enter_context(closing(RuntimeApi()))
        server = self._open.enter_context(closing(Server(0)))
        server.start(lambda request: self._work_queue.call(lambda: endpoint.answer(request)))
        self._open.enter_context(closing(self._work_queue))
        folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="twin-function-")))
        writes = self._open.enter_context((folder / "printed").open("wb"))
        self._printed = self._open.enter_context((folder / "printed").open("rb"))
        environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **function_environment(spec, root),
            "PYTHONPATH": str(root),
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "AWS_ENDPOINT_URL": server.url,
            "TWIN_TIMEOUT_S": str(spec.timeout_s),
        }
        script = Path(__file__).with_name("bootstrap.py")
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", str(script), spec.handler],
            env=environment,
            stdout=writes,
            stderr=subprocess.STDOUT,
        )

    def invoke(self, event: Any, request_id: str) -> Outcome | None:
        """Hands over an event and waits, answering the process's AWS calls; None when its time is up."""
        deadline = self._clock.now + timedelta(seconds=self._spec.timeout_s)
        self._api.offer(
            event, request_id=request_id, arn=self._spec.arn, deadline_ms=round(deadline.timestamp() * 1000)
        )
        patience = monotonic() + self._spec.timeout_s
        while monotonic() < patience:
            self._work_queue.serve(GLANCE_S)
            ended = self._process.poll()
            said = self._api.outcome()
            if said is not None:
                return said
            if ended is not None:
                message = f"RequestId: {request_id} Error: Runtime exited with error: exit status {ended}"
                return Outcome(error_object("Runtime.ExitError", message), failed=True, fatal=True)
        return None

    @property
    def alive(self) -> bool:
        """Whether it takes another event."""
        return self._process.poll() is None

    def printed(self) -> str:
        """Returns what it has printed since the last look."""
        return self._printed.read().decode(errors="replace")

    def close(self) -> None:
        """Ends the process, and closes what it was served by."""
        self._process.kill()
        self._process.wait()
        self._open.close()


@dataclass
class IsolatedRunner:
    """Invokes functions, each in its process; see `FunctionRunner`, whose arguments these are."""

    clock: Clock
    api_calls: ApiCalls
    code_roots: Mapping[str, Path]
    times: RunTimes = field(default_factory=RunTimes)
    on_log: Callable[[LogLine], None] = lambda _line: None
    on_metric: Callable[[Metric], None] = lambda _metric: None
    on_invocation: Callable[[str, Any, Invocation], None] = lambda _name, _event, _invocation: None
    _processes: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._output = Output(self.clock, self.on_log, self.on_metric)

    def recycle(self, key: str | None = None) -> None:
        """Ends a process, so that the next invocation is a cold start; see `FunctionRunner.recycle`."""
        for name in list(self._processes) if key is None else [key]:
            process = self._processes.pop(name, None)
            if process is not None:
                process.close()

    def close(self) -> None:
        """Ends every process."""
        self.recycle()

    def run(self, spec: FunctionSpec, event: Any) -> Invocation:
        """Runs a function's handler in its process, and waits for it."""
        begun, request_id = self.clock.now, str(uuid.uuid4())
        cold = spec.key not in self._processes
        if cold:
            self._processes[spec.key] = Process(spec, self._root(spec), self.clock)
            self.clock.sleep(self.times.cold_s)
        process = self._processes[spec.key]
        try:
            with self.api_calls.made_by(spec.name):
                said = process.invoke(event, request_id)
        except ProcessCrash as crash:
            message = f"RequestId: {request_id} Error: Runtime exited: {crash}"
            said = Outcome(error_object("Runtime.ExitError", message), failed=True)
            self.recycle(spec.key)
        if said is None:
            message = f"RequestId: {request_id} Error: Task timed out after {spec.timeout_s:.2f} seconds"
            said = Outcome(error_object("Sandbox.Timedout", message), failed=True)
            self.recycle(spec.key)
        logs = self._logs(spec, process) if spec.key in self._processes else ""
        if said.fatal or not process.alive:
            self.recycle(spec.key)
        self.clock.sleep(self.times.warm_s)
        took = (self.clock.now - begun).total_seconds()
        payload = self._as_on_lambda(said.payload, spec) if said.failed else said.payload
        error = "Unhandled" if said.failed else None
        invocation = Invocation(payload, error, logs, took, cold, request_id)
        self.on_invocation(spec.name, event, invocation)
        return invocation

    def _root(self, spec: FunctionSpec) -> Path:
        root = self.code_roots.get(spec.key)
        if root is None:
            raise TwinFault(f"The twin has no code for the function {spec.name}; give its source folder.")
        return root

    def _logs(self, spec: FunctionSpec, process: Process) -> str:
        self._output.function, self._output.lines = spec.name, []
        self._output.write(process.printed())
        return "\n".join(self._output.lines)

    def _as_on_lambda(self, payload: str, spec: FunctionSpec) -> str:
        """Writes the paths of a stack trace as on Lambda, whatever folder the code lies in here."""
        body = json.loads(payload)
        root = str(self._root(spec))
        body["stackTrace"] = [frame.replace(root, "/var/task") for frame in body.get("stackTrace") or []]
        return json.dumps(body, ensure_ascii=False)
