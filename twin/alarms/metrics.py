"""Metric data by name and dimensions, by the minute, or by ten seconds where its resolution is high."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from twin.alarms.bounds import NEVER, Bounds, held_bounds
from twin.alarms.held import Held
from twin.alarms.statistics import Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

STEP_S = 60
FINE_S = 10
"""The finest period of an alarm; data of high resolution is kept by it as well."""


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


class Metrics:
    """All metric data of the account."""

    def __init__(self) -> None:
        self._minutes: dict[MetricName, dict[int, Samples]] = defaultdict(dict)
        self._fine: dict[MetricName, dict[int, Samples]] = {}
        self._gauges: dict[MetricName, list[tuple[int, float]]] = {}
        self._held: dict[MetricName, Held] = {}
        self._listeners: list[Callable[[MetricName, datetime], None]] = []

    def on_data(self, listener: Callable[[MetricName, datetime], None]) -> None:
        """Tells `listener` of each arrival."""
        self._listeners.append(listener)

    def put(
        self, metric: MetricName, value: float, at: datetime, *, count: int = 1, fine: bool = False
    ) -> None:
        """Records one value, `count` times; `fine` when its resolution is one second."""
        self._put(metric, Samples([value] * count), at, fine=fine)

    def _put(self, metric: MetricName, samples: Samples, at: datetime, *, fine: bool) -> None:
        second = int(at.astimezone(UTC).timestamp())
        self._minutes[metric].setdefault(second // STEP_S, Samples()).add(samples)
        if fine:
            self._fine.setdefault(metric, {}).setdefault(second // FINE_S, Samples()).add(samples)
        self._tell(metric, at)

    def put_item(self, namespace: str, item: Mapping[str, Any], now: datetime) -> None:
        """Records one item of PutMetricData, at its own time stamp or else at `now`."""
        metric = MetricName.of(namespace, item["MetricName"], item.get("Dimensions") or ())
        at = item.get("Timestamp") or now
        if not isinstance(at, datetime):
            at = datetime.fromtimestamp(float(at), tz=UTC)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        samples, given = Samples(), item.get("StatisticValues")
        values = item.get("Values") or ([item["Value"]] if "Value" in item else [])
        for value, count in zip(values, item.get("Counts") or [1] * len(values), strict=True):
            samples.values += [float(value)] * int(count)
        if given:
            samples.sets.append(
                (given["SampleCount"], given["Sum"], given["Minimum"], given["Maximum"]),
            )
        self._put(metric, samples, at, fine=item.get("StorageResolution") == 1)

    def put_gauge(self, metric: MetricName, value: float, at: datetime) -> None:
        """Records the value of a gauge, which stays until it changes, such as the depth of a queue.

        AWS repeats such a value every minute; here it is kept once, and read as if it were repeated.
        """
        changes = self._gauges.setdefault(metric, [])
        if changes and changes[-1][1] == value:
            return
        changes.append((int(at.astimezone(UTC).timestamp()), value))
        self._tell(metric, at)

    def hold(self, metric: MetricName, samples: Samples | None, at: datetime) -> None:
        """Lets a metric hold the same samples in every minute from that of `at` on; None for no data.

        So a load balancer or RDS publishes: each minute anew, whether or not something has changed.
        """
        minute = int(at.astimezone(UTC).timestamp()) // STEP_S
        if self._held.setdefault(metric, Held()).hold(minute, samples):
            self._tell(metric, at)

    def bounds(self, metric: MetricName, start: int, statistic: str, period_s: int) -> Bounds | None:
        """Returns between what a statistic of any period from `start` on lies, while nothing is put.

        None when that is not known, as of a metric whose data comes by itself.
        """
        if metric in self._held:
            return held_bounds(self._held[metric].contents(start // STEP_S), statistic, period_s // STEP_S)
        return None if metric in self._minutes or metric in self._gauges else NEVER

    def read(self, metric: MetricName, start: int, end: int, statistic: str) -> float | None:
        """Returns a statistic over [start, end), in seconds since the epoch; None when there is no data."""
        return self.samples(metric, start, end).statistic(statistic)

    def samples(self, metric: MetricName, start: int, end: int) -> Samples:
        """Returns what a metric holds over [start, end), in seconds since the epoch.

        Of a metric without high resolution the data of a minute stands at its begin.
        """
        samples = Samples()
        step, kept = STEP_S, self._minutes.get(metric) or {}
        if (end - start) % STEP_S and metric in self._fine:
            step, kept = FINE_S, self._fine[metric]
        for bucket in range(-(-start // step), -(-end // step)) if kept else ():
            if bucket in kept:
                samples.add(kept[bucket])
        if metric in self._held:
            samples.add(self._held[metric].samples(-(-start // STEP_S), -(-end // STEP_S)))
        if metric in self._gauges:
            samples.values += self._repeated(self._gauges[metric], start, end)
        return samples

    def stamps(self, metric: MetricName, start: int, end: int, step: int) -> Iterator[int]:
        """Yields the end of each `step` in [start, end) that has data; a step is a minute or ten seconds."""
        kept = (self._minutes if step == STEP_S else self._fine).get(metric) or {}
        for bucket in range(start // step, -(-end // step)) if kept else ():
            if bucket in kept:
                yield (bucket + 1) * step

    def is_repeated(self, metric: MetricName) -> bool:
        """Returns whether a metric's value is repeated every minute: a gauge, or what is held."""
        return metric in self._gauges or metric in self._held

    def is_steady_since(self, metric: MetricName, start: int) -> bool:
        """Returns whether a repeated metric has kept its value since `start`, in seconds."""
        if metric in self._held:
            return self._held[metric].changed * STEP_S <= start
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
