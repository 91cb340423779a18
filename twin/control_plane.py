"""A deployed control plane at work: template, functions, machines, bus, schedules and alarms, wired together.

What it operates, the cluster and the databases, is put behind the same AWS calls by others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin import state_machines
from twin.alarms import Alarms, MetricName, Metrics, ServiceMetrics
from twin.bus import EventBus
from twin.cloudformation import Stack, deploy
from twin.functions import FunctionRunner
from twin.functions.lambda_service import LambdaService
from twin.package import package
from twin.schedules import Schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.functions import Invocation
    from twin.functions.isolated import IsolatedRunner
    from twin.functions.output import Metric
    from twin.randomness import Randomness
    from twin.state_machines import ExecutionEvent

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
        self.machines = state_machines.install(clock, self.randomness.numbers)
        self.bus = EventBus(clock, calls, aws, listener=self.listener)
        self.schedules = Schedules(clock, calls, self.bus, aws)
        self.alarms = Alarms(clock, calls, self.bus, aws, self.metrics)
        self.services = ServiceMetrics(clock, calls, aws, self.metrics, listener=self.listener)
        self.runner = self.make_runner(
            clock, calls, self._code, on_metric=self._on_metric, on_invocation=self._on_invocation
        )
        self.functions = LambdaService(clock, calls, self.runner, on_dropped=self._on_dropped)
        self.machines.listen(self._on_execution)

    def deploy(self, template: Path, *, stack_name: str, parameters: Mapping[str, str]) -> Stack:
        """This function will package a template and deploy it; its schedules and alarms work from then on.

        Raises:
            TemplateError: The template is wrong; see `twin.cloudformation.deploy`.
        """
        packaged = package(template, parameters=parameters, region=self.aws.region)
        stack = deploy(packaged, stack_name=stack_name, parameters=parameters, aws=self.aws)
        self._code.update(stack.code)
        for made in stack.made.values():
            if made.kind == "AWS::Lambda::Function":
                self._log_groups[made.physical] = made.properties.get("LoggingConfig", {}).get("LogGroup")
        self.stacks.append(stack)
        return stack

    def close(self) -> None:
        """This function will give moto its own ways back."""
        self.functions.close()
        self.runner.recycle()
        self.machines.close()

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
        self.bus.function_gave_up(function, event, invocation.payload)

    def _on_execution(self, event: ExecutionEvent) -> None:
        status = STATUSES.get(event.kind)
        if status is None:
            return
        self.services.execution_changed(event.machine, status)
        detail = {
            "executionArn": event.execution,
            "name": event.name,
            "stateMachineArn": event.machine,
            "status": status,
            "error": event.details.get("error"),
            "cause": event.details.get("cause"),
        }
        self.bus.emit(
            "aws.states", "Step Functions Execution Status Change", detail, resources=[event.execution]
        )
