"""An alarm through CloudWatch: a metric in the function's own log, with one alarm of the stack an audience.

No call is made, so nothing that throttles can keep people from hearing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

if TYPE_CHECKING:
    from functions.core.control import Audience

NAMESPACE, UNTOLD = "Toban", "Untold"


class CloudWatchAlarm:
    """Counts in the embedded metric format."""

    def __init__(self, *, environment: str) -> None:
        """Remembers whose metric it is; a fleet's members share their environment's."""
        self._environment = environment

    def untold(self, to: Audience, sentence: str) -> None:
        """Counts something that could not be told by its topic, and logs it."""
        Logger().error(f"Nobody could be told: {sentence}", audience=to.value)
        # An empty service: the function's own would become a third dimension, and then it is another metric
        # than the one that the alarms watch.
        metrics = EphemeralMetrics(namespace=NAMESPACE, service="")
        metrics.add_dimension(name="environment", value=self._environment)
        metrics.add_dimension(name="audience", value=to.value)
        metrics.add_metric(name=UNTOLD, unit=MetricUnit.Count, value=1)
        metrics.flush_metrics()
