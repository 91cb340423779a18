"""One alarm as it was put: what it reads, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin.alarms.bounds import Bounds, math_bounds
from twin.alarms.decision import AlarmState, Condition, certain, decide
from twin.alarms.expression import Expression, compile_math
from twin.alarms.metrics import FINE_S, STEP_S, MetricName, Metrics
from twin.alarms.statistics import percentile_of, samples_needed

if TYPE_CHECKING:
    from collections.abc import Mapping

GROWING = {"Maximum", "SampleCount", "Sum"}
"""Statistics of an unfinished period that only grow, so that crossing upwards is certain before its end."""


RANGE_BEYOND = 2
IGNORING = "AWS/DynamoDB"
"""The namespace whose alarms ignore missing data unless they say otherwise (user guide)."""


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
    def step_s(self) -> int:
        """How often it is evaluated, in seconds: its periods slide by the minute, or by ten seconds."""
        return STEP_S if self.period_s % STEP_S == 0 else FINE_S

    @property
    def may_cross_early(self) -> bool:
        """Returns whether an unfinished period can be enough for the state ALARM."""
        only = self.queries[0]
        growing = len(self.queries) == 1 and only.statistic in GROWING
        return growing and self.condition.comparison.startswith("Greater")

    def decide(self, metrics: Metrics, end: int, current: str) -> AlarmState:
        """Decides its state by the data of its evaluation range, up to `end` in seconds since the epoch."""
        if self._too_few_samples(metrics, end):
            return AlarmState(current, "There are too few samples for the percentile to be significant.")
        return decide(self.points(metrics, end), self.condition, current)

    def points(self, metrics: Metrics, end: int) -> list[float | None]:
        """Returns the data points of the evaluation range up to `end`, the newest last."""
        slots = [end - self.period_s * back for back in range(self.range, 0, -1)]
        series: dict[str, list[float | None]] = {}
        for query in self.queries:
            if query.metric is not None:
                reads = (metrics.read(query.metric, at, at + self.period_s, query.statistic) for at in slots)
                series[query.id] = list(reads)
        for query in _in_order(self.queries, series):
            if query.expression:
                series[query.id] = query.expression.evaluate(series, slots, self.period_s)
        return series[self.result]

    @property
    def range(self) -> int:
        """How many data points are looked at: AWS gives one figure, 5 where 3 are needed (user guide)."""
        return self.condition.periods + RANGE_BEYOND

    def next_change(self, metrics: Metrics, now: int) -> int | None:
        """Returns when its state may be another one although no data arrives, in seconds since the epoch.

        That is when data passes from one of the sliding periods into the next; None when there is nothing to
        pass, or when every period holds the same gauge.
        """
        begin = now - self.period_s * self.range
        following = []
        for metric in self.metrics:
            if metrics.is_repeated(metric):
                if not metrics.is_steady_since(metric, begin):
                    following.append(now + self.step_s)
                continue
            stamps = metrics.stamps(metric, begin, now, self.step_s)
            following += [now + self.period_s - (now - stamp) % self.period_s for stamp in stamps]
        return min(following, default=None)

    def is_settled(self, metrics: Metrics, now: int, current: str) -> bool:
        """Returns whether it is in the only state that it can come to while nothing is put.

        True is proven by the bounds of what it reads; False says only that it has to be evaluated.
        """
        if self.params.get("EvaluateLowSampleCountPercentile") == "ignore":
            return False
        begin, known = now - self.period_s * self.range, dict[str, Bounds]()
        for query in self.queries:
            if query.metric:
                found = metrics.bounds(query.metric, begin, query.statistic, self.period_s)
                if found is None:
                    return False
                known[query.id] = found
        for query in _in_order(self.queries, known):
            found = math_bounds(query.expression.tree, known) if query.expression else None
            if found is None:
                return False
            known[query.id] = found
        return certain(known[self.result], self.condition, current) == current

    def _too_few_samples(self, metrics: Metrics, end: int) -> bool:
        query = self.queries[0]
        percent = percentile_of(query.statistic)
        if (
            self.params.get("EvaluateLowSampleCountPercentile") != "ignore"
            or not query.metric
            or percent is None
        ):
            return False
        held = metrics.samples(query.metric, end - self.period_s * self.condition.periods, end)
        return held.count < samples_needed(percent)


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
        missing=params.get("TreatMissingData") or _default_treatment(params),
    )
    return MetricAlarm(params["AlarmName"], params, queries, result, int(period), condition)


def _default_treatment(params: Mapping[str, Any]) -> str:
    return "ignore" if params.get("Namespace") == IGNORING else "missing"


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
