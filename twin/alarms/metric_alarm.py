"""One alarm as it was put: what it reads, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.alarms.decision import Condition
from twin.alarms.expression import Expression, compile_math
from twin.alarms.metrics import MetricName, Metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

GROWING = {"Maximum", "SampleCount", "Sum"}
"""Statistics of an unfinished period that only grow, so that crossing upwards is certain before its end."""


@dataclass(frozen=True)
class Query:
    """One series that an alarm reads: a metric's statistic, or an expression over others."""

    id: str
    metric: MetricName | None
    statistic: str
    expression: Expression | None


@dataclass(frozen=True)
class MetricAlarm:
    """A metric alarm."""

    name: str
    params: Mapping[str, Any]
    queries: tuple[Query, ...]
    result: str
    """The id of the query that is compared."""
    period_s: int
    condition: Condition

    @property
    def metrics(self) -> frozenset[MetricName]:
        """The metrics that it reads."""
        return frozenset(query.metric for query in self.queries if query.metric)

    @property
    def may_cross_early(self) -> bool:
        """Returns whether an unfinished period can be enough for the state ALARM."""
        only = self.queries[0]
        growing = len(self.queries) == 1 and only.statistic in GROWING
        return growing and self.condition.comparison.startswith("Greater")

    def points(self, metrics: Metrics, end: int) -> tuple[list[float | None], bool]:
        """Evaluates the last periods up to `end`, in seconds since the epoch.

        Returns:
            The data points to compare, and whether every input is steady: without data, or a gauge that
            stays.
        """
        slots = [end - self.period_s * back for back in range(self.condition.periods, 0, -1)]
        series: dict[str, list[float | None]] = {}
        steady = True
        for query in self.queries:
            if query.metric is None:
                continue
            values = [metrics.read(query.metric, at, at + self.period_s, query.statistic) for at in slots]
            series[query.id] = values
            still = len(set(values)) == 1 and (
                values[0] is None or metrics.is_steady_since(query.metric, slots[0])
            )
            steady = steady and still
        for query in _in_order(self.queries, series):
            if query.expression:
                series[query.id] = query.expression.evaluate(series, len(slots))
        return series[self.result], steady


def read_metric_alarm(params: Mapping[str, Any]) -> MetricAlarm:
    """Reads the input of PutMetricAlarm."""
    if params.get("Metrics"):
        queries = tuple(_query(item) for item in params["Metrics"])
        shown = [item["Id"] for item in params["Metrics"] if item.get("ReturnData", True)]
        periods = [item["MetricStat"]["Period"] for item in params["Metrics"] if "MetricStat" in item]
        result, period = shown[0], max(periods or [item.get("Period", 60) for item in params["Metrics"]])
    else:
        metric = MetricName.of(params["Namespace"], params["MetricName"], params.get("Dimensions") or ())
        statistic = params.get("Statistic") or params["ExtendedStatistic"]
        queries, result, period = (Query("m1", metric, statistic, None),), "m1", params["Period"]
    condition = Condition(
        comparison=params["ComparisonOperator"],
        threshold=float(params["Threshold"]),
        periods=int(params["EvaluationPeriods"]),
        to_alarm=int(params.get("DatapointsToAlarm") or params["EvaluationPeriods"]),
        missing=params.get("TreatMissingData") or "missing",
    )
    return MetricAlarm(params["AlarmName"], params, queries, result, int(period), condition)


def _query(item: Mapping[str, Any]) -> Query:
    if "Expression" in item:
        return Query(item["Id"], None, "", compile_math(item["Expression"]))
    stat = item["MetricStat"]
    metric = MetricName.of(
        stat["Metric"]["Namespace"], stat["Metric"]["MetricName"], stat["Metric"].get("Dimensions", ())
    )
    return Query(item["Id"], metric, stat["Stat"], None)


def _in_order(queries: tuple[Query, ...], known: Mapping[str, Any]) -> list[Query]:
    """Puts expressions after the expressions that they use."""
    left, done, ordered = [query for query in queries if query.expression], set(known), []
    while left:
        ready = [query for query in left if query.expression and query.expression.names <= done] or left[:1]
        ordered += ready
        done |= {query.id for query in ready}
        left = [query for query in left if query not in ready]
    return ordered
