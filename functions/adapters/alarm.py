"""An alarm through CloudWatch: a metric in the function's own log, with one alarm of the stack an audience.

No call is made, so nothing that throttles can keep people from hearing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

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
        dimensions = {"environment": self._environment, "audience": to.value}
        with single_metric(
            name=UNTOLD, unit=MetricUnit.Count, value=1, namespace=NAMESPACE, default_dimensions=dimensions
        ):
            pass
