"""Metric data by name and dimensions, summed up by the minute, so that an alarm reads its periods at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

STEP_S = 60
"""The finest period that is kept; a high-resolution alarm reads whole minutes too."""


@dataclass(frozen=True)
class MetricName:
    """What identifies a metric."""

    namespace: str
    name: str
    dimensions: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, namespace: str, name: str, dimensions: Iterable[Mapping[str, str]] = ()) -> MetricName:
        """Returns the metric of dimensions as the API writes them."""
        return cls(namespace, name, frozenset((item["Name"], item["Value"]) for item in dimensions))


@dataclass
class Samples:
    """What one minute, or several, held."""

    values: list[float] = field(default_factory=list)

    def statistic(self, wanted: str) -> float | None:
        """Returns a statistic; None when there is no data."""
        values = self.values
        if not values:
            return None
        if wanted.startswith("p"):
            ordered = sorted(values)
            rank = float(wanted[1:]) / 100 * (len(ordered) - 1)
            low = int(rank)
            high = min(low + 1, len(ordered) - 1)
            return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)
        figures: dict[str, Callable[[], float]] = {
            "Average": lambda: sum(values) / len(values),
            "Maximum": lambda: max(values),
            "Minimum": lambda: min(values),
            "SampleCount": lambda: float(len(values)),
            "Sum": lambda: sum(values),
        }
        return float(figures[wanted]())


class Metrics:
    """All metric data of the account."""

    def __init__(self) -> None:
        self._minutes: dict[MetricName, dict[int, Samples]] = defaultdict(dict)
        self._gauges: dict[MetricName, list[tuple[int, float]]] = {}
        self._listeners: list[Callable[[MetricName, datetime], None]] = []

    def on_data(self, listener: Callable[[MetricName, datetime], None]) -> None:
        """Tells `listener` of each arrival."""
        self._listeners.append(listener)

    def put(self, metric: MetricName, value: float, at: datetime, *, count: int = 1) -> None:
        """Records one value, `count` times."""
        minute = int(at.astimezone(UTC).timestamp()) // STEP_S
        self._minutes[metric].setdefault(minute, Samples()).values.extend([value] * count)
        self._tell(metric, at)

    def put_item(self, namespace: str, item: Mapping[str, Any], now: datetime) -> None:
        """Records one item of PutMetricData, at its own time stamp or else at `now`."""
        metric = MetricName.of(namespace, item["MetricName"], item.get("Dimensions") or ())
        at = item.get("Timestamp") or now
        if not isinstance(at, datetime):
            at = datetime.fromtimestamp(float(at), tz=UTC)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        values = item.get("Values") or ([item["Value"]] if "Value" in item else [])
        counts = item.get("Counts") or [1] * len(values)
        for value, count in zip(values, counts, strict=True):
            self.put(metric, float(value), at, count=int(count))

    def put_gauge(self, metric: MetricName, value: float, at: datetime) -> None:
        """Records the value of a gauge, which stays until it changes, such as the depth of a queue.

        AWS repeats such a value every minute; here it is kept once, and read as if it were repeated.
        """
        changes = self._gauges.setdefault(metric, [])
        if changes and changes[-1][1] == value:
            return
        changes.append((int(at.astimezone(UTC).timestamp()), value))
        self._tell(metric, at)

    def read(self, metric: MetricName, start: int, end: int, statistic: str) -> float | None:
        """Returns a statistic over [start, end), in seconds since the epoch; None when there is no data."""
        samples = Samples()
        minutes = self._minutes.get(metric)
        if minutes:
            for minute in range(start // STEP_S, -(-end // STEP_S)):
                if minute in minutes:
                    samples.values += minutes[minute].values
        if metric in self._gauges:
            samples.values += self._repeated(self._gauges[metric], start, end)
        return samples.statistic(statistic)

    def is_steady_since(self, metric: MetricName, start: int) -> bool:
        """Returns whether the metric is a gauge that has kept its value since `start`, in seconds."""
        return metric in self._gauges and self._gauges[metric][-1][0] <= start

    @staticmethod
    def _repeated(changes: list[tuple[int, float]], start: int, end: int) -> list[float]:
        """Repeats a gauge once a minute, and takes every change."""
        before = [value for at, value in changes if at < start]
        within = [value for at, value in changes if start <= at < end]
        if any(at == start for at, _ in changes):
            before = []
        held = before[-1:] * (1 if within else max(1, (end - start) // STEP_S))
        return held + within

    def _tell(self, metric: MetricName, at: datetime) -> None:
        for listener in self._listeners:
            listener(metric, at)
