"""The metrics that AWS's own services publish: queues, functions and machines, as far as alarms read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.logs.models import logs_backends
from moto.sqs.models import sqs_backends

from twin.alarms.log_filter import published, refused_transformations
from twin.alarms.metrics import MetricName, Metrics
from twin.api_faults import ApiError
from twin.log_filters import calls as log_calls
from twin.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.api_calls import ApiCalls
    from twin.api_records import Call
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.log_filters.pattern import Line
    from twin.timeline import Listener

MACHINE_METRICS = {
    "ABORTED": "ExecutionsAborted",
    "FAILED": "ExecutionsFailed",
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "TIMED_OUT": "ExecutionsTimedOut",
}
DEPTH = "ApproximateNumberOfMessagesVisible"


class ServiceMetrics:
    """Publishes what the services publish.

    Args:
        clock: Its time stamps the data.
        api_calls: Tells of the calls that fill and empty queues, and that page.
        aws: The account.
        metrics: Takes the data.
        listener: Is told of each page: kind, subject, what, why.
    """

    def __init__(
        self,
        clock: Clock,
        api_calls: ApiCalls,
        aws: Aws,
        metrics: Metrics,
        *,
        listener: Listener,
    ) -> None:
        self.clock, self.aws, self.metrics, self.listener = clock, aws, metrics, listener
        self._patches = Patches()
        log_calls.patch(self._patches)
        for operation in log_calls.WITH_PATTERN:
            api_calls.guard("logs", operation, log_calls.refuse_pattern)
        api_calls.guard("logs", "PutMetricFilter", _refuse_transformations)
        api_calls.observe(self._on_call)

    def close(self) -> None:
        """Gives moto its own reading of filter patterns back."""
        self._patches.close()

    def function_ran(
        self, name: str, *, error: str | None, duration_ms: float, log_group: str | None = None
    ) -> None:
        """Publishes one invocation of a function, and what metric filters make of its report."""
        for metric, value in (
            ("Invocations", 1.0),
            ("Errors", 1.0 if error else 0.0),
            ("Duration", duration_ms),
            ("Throttles", 0.0),
        ):
            self._put("AWS/Lambda", metric, "FunctionName", name, value)
        record = {"status": "error" if error else "success", "metrics": {"durationMs": duration_ms}}
        self.log_written(log_group or f"/aws/lambda/{name}", {"type": "platform.report", "record": record})

    def execution_changed(self, machine: str, status: str) -> None:
        """Publishes that an execution of a machine started, or ended as `status` says.

        Args:
            machine: The machine's name or ARN.
            status: As DescribeExecution says it; `RUNNING` for a start.
        """
        arn = (
            machine
            if ":" in machine
            else f"arn:aws:states:{self.aws.region}:{self.aws.account}:stateMachine:{machine}"
        )
        self._put("AWS/States", MACHINE_METRICS[status], "StateMachineArn", arn, 1.0)

    def log_written(self, group: str, line: Line) -> None:
        """Applies the group's metric filters to one line of a log."""
        backend = logs_backends[self.aws.account][self.aws.region]
        for item in backend.filters.metric_filters:
            if item["logGroupName"] == group:
                made = published(item["filterPattern"], item["metricTransformations"], line)
                for metric, value in made:
                    self.metrics.put(metric, value, self.clock.now)

    def _put(self, namespace: str, name: str, dimension: str, value: str, number: float) -> None:
        self.metrics.put(MetricName(namespace, name, frozenset({(dimension, value)})), number, self.clock.now)

    def _on_call(self, call: Call) -> None:
        if not call.finished or call.error is not None:
            return
        if call.service == "logs" and call.operation == "PutLogEvents":
            for event in call.params["logEvents"]:
                self.log_written(call.params["logGroupName"], event["message"])
        if call.service in ("sqs", "sns"):
            self._depths()
        if call.service == "sns" and call.operation == "Publish":
            subject = call.params.get("Subject") or str(call.params.get("Message", ""))[:80]
            topic = str(call.params.get("TopicArn", "")).rsplit(":", 1)[-1]
            self.listener("page", topic, subject, str(call.params.get("Message", "")))

    def _depths(self) -> None:
        for queue in sqs_backends[self.aws.account][self.aws.region].queues.values():
            metric = MetricName("AWS/SQS", DEPTH, frozenset({("QueueName", queue.name)}))
            depth = float(queue.approximate_number_of_messages)
            if depth or self.metrics.is_steady_since(metric, int(self.clock.now.timestamp())):
                self.metrics.put_gauge(metric, depth, self.clock.now)


def _refuse_transformations(params: Mapping[str, Any]) -> None:
    """Refuses a metric filter that CloudWatch Logs would refuse.

    Raises:
        ApiError: With a sentence.
    """
    log_calls.refuse_pattern(params)
    for _, _, text in refused_transformations(params["filterPattern"], params["metricTransformations"]):
        raise ApiError("InvalidParameterException", text)
