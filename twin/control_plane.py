"""A deployed control plane at work: template, functions, machines, bus, schedules and alarms, wired together.

What it operates, the cluster and the databases, is put behind the same AWS calls by others.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin import state_machines
from twin.alarms import Alarms, MetricName, Metrics, ServiceMetrics
from twin.bus import EventBus
from twin.cloudformation import Stack, deploy, update
from twin.functions import FunctionRunner
from twin.functions.lambda_service import LambdaService
from twin.package import package
from twin.schedules import Schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws, Resource
    from twin.functions import Invocation
    from twin.functions.isolated import IsolatedRunner
    from twin.functions.output import Metric
    from twin.randomness import Randomness
    from twin.state_machines import ExecutionEvent

STATUS_CHANGE = "Step Functions Execution Status Change"
STATUSES = {
    "ExecutionStarted": "RUNNING",
    "ExecutionAborted": "ABORTED",
    "ExecutionFailed": "FAILED",
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionTimedOut": "TIMED_OUT",
}


@dataclass
class ControlPlane:
    """Everything that runs in AWS on Toban's side; `close` takes it out of the process again.

    Args:
        clock: Its time.
        api_calls: The hook on AWS calls, installed.
        aws: The account, open.
        randomness: Decides what chance would: identifiers, and the jitter of retries.
        listener: Is told what happens: kind, subject, what, why.
        make_runner: What runs the functions: in process, or each in a process of its own.

    Attributes:
        invocations: How many times a function ran so far.
    """

    clock: Clock
    api_calls: ApiCalls
    aws: Aws
    randomness: Randomness
    listener: Callable[[str, str, str, str], None]
    make_runner: type[FunctionRunner | IsolatedRunner] = FunctionRunner
    stacks: list[Stack] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)
    invocations: int = 0
    _code: dict[str, Path] = field(default_factory=dict)
    _log_groups: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        clock, calls, aws = self.clock, self.api_calls, self.aws
        with ExitStack() as undoing:  # what fails half-way leaves nothing of moto patched
            self.machines = state_machines.install(clock, self.randomness.numbers)
            undoing.enter_context(closing(self.machines))
            self.bus = EventBus(clock, calls, aws, listener=self.listener)
            self.schedules = Schedules(clock, calls, self.bus, aws)
            self.alarms = Alarms(clock, calls, self.bus, aws, self.metrics)
            self.services = ServiceMetrics(clock, calls, aws, self.metrics, listener=self.listener)
            undoing.enter_context(closing(self.services))
            self.runner = self.make_runner(
                clock, calls, self._code, on_metric=self._on_metric, on_invocation=self._on_invocation
            )
            undoing.callback(self.runner.recycle)
            self.functions = LambdaService(clock, calls, self.runner, on_dropped=self._on_dropped)
            undoing.enter_context(closing(self.functions))
            self.machines.listen(self._on_execution)
            self._undoing = undoing.pop_all()

    def deploy(self, template: Path, *, stack_name: str, parameters: Mapping[str, str]) -> Stack:
        """Packages a template and deploys it; its schedules and alarms work from then on.

        A stack of that name that was deployed before is updated: what runs meanwhile keeps the published
        versions that it is bound to, each with the folder that its code was in.

        Raises:
            TemplateError: The template is wrong; see `twin.cloudformation.deploy`.
        """
        packaged = package(template, parameters=parameters, region=self.aws.region)
        stack = next((stack for stack in self.stacks if stack.name == stack_name), None)
        if stack is None:
            stack = deploy(packaged, stack_name=stack_name, parameters=parameters, aws=self.aws)
            self.stacks.append(stack)
        else:
            update(stack, packaged, parameters=parameters)
        self._take_code(stack)
        return stack

    def _take_code(self, stack: Stack) -> None:
        """Notes where each function's code lies, and the code of each version that was published just now."""
        code = stack.code
        for name, folder in code.items():
            if self._code.get(name, folder) != folder:
                self.runner.recycle(name)
            self._code[name] = folder
        for made in _all_made(stack):
            if made.kind == "AWS::Lambda::Function":
                self._log_groups[made.physical] = made.properties.get("LoggingConfig", {}).get("LogGroup")
            elif made.kind == "AWS::Lambda::Version":
                name, version = made.physical.rsplit(":", 2)[1:]
                if name in code:
                    self._code.setdefault(f"{name}:{version}", code[name])

    def close(self) -> None:
        """Gives moto its own ways back."""
        self._undoing.close()

    def _on_metric(self, metric: Metric) -> None:
        name = MetricName(metric.namespace, metric.name, frozenset(metric.dimensions))
        for value in metric.values:
            self.metrics.put(name, value, metric.at)

    def _on_invocation(self, function: str, _event: Any, invocation: Invocation) -> None:
        self.invocations += 1
        self.services.function_ran(
            function,
            error=invocation.error,
            duration_ms=invocation.duration_s * 1000,
            log_group=self._log_groups.get(function),
        )

    def _on_dropped(self, function: str, event: Any, invocation: Invocation) -> None:
        self.bus.failed_functions.gave_up(function, event, invocation.payload)

    def _on_execution(self, event: ExecutionEvent) -> None:
        status = STATUSES.get(event.kind)
        if status is None:
            return
        self.services.execution_changed(event.machine, status)
        self.bus.emit("aws.states", STATUS_CHANGE, status_detail(event, status), resources=[event.execution])


def status_detail(event: ExecutionEvent, status: str) -> dict[str, Any]:
    """Returns the event's detail, the same information as DescribeExecution's; what does not apply is null.

    Times are milliseconds, inputs and outputs are texts, and the machine's ARN carries no version and no
    alias.
    """
    started, details = event.started(), event.details
    running, output = status == "RUNNING", details.get("output")
    again = status not in ("RUNNING", "SUCCEEDED")
    return {
        "executionArn": event.execution,
        "stateMachineArn": started.machine,
        "stateMachineVersionArn": started.version,
        "stateMachineAliasArn": started.alias,
        "name": event.name,
        "status": status,
        "startDate": _milliseconds(started.at),
        "stopDate": None if running else _milliseconds(event.at),
        "input": started.given,
        "inputDetails": {"included": True},
        "output": output,
        "outputDetails": None if output is None else {"included": True},
        "error": details.get("error"),
        "cause": details.get("cause"),
        "redriveCount": 0,
        "redriveDate": None,
        "redriveStatus": "REDRIVABLE" if again else "NOT_REDRIVABLE",
        "redriveStatusReason": None if again else f"Execution is {status} and cannot be redriven",
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _all_made(stack: Stack) -> Iterator[Resource]:
    yield from stack.made.values()
    for nested in stack.nested.values():
        yield from _all_made(nested)
