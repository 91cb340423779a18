"""What of an alarm is refused when it is put: by CloudWatch, or because the twin does not emulate it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.alarms.decision import COMPARISONS
from twin.alarms.expression import compile_math
from twin.alarms.math_syntax import MathError
from twin.alarms.rule import RuleError, parse_rule
from twin.alarms.statistics import PLAIN, StatisticError, compile_statistic
from twin.api_faults import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Found = tuple[str, str]
"""A property, and a sentence."""

ACTION_LISTS = ("AlarmActions", "InsufficientDataActions", "OKActions")
ACTION_SERVICES = {"lambda", "sns"}
NOT_EMULATED = {
    "ThresholdMetricId": "anomaly detection is not emulated",
    "Unit": "units are not emulated: the twin keeps all data of a metric together",
    "EvaluationCriteria": "alarms by query are not emulated",
    "EvaluationInterval": "alarms by query are not emulated",
}
OF_ANOMALIES = (
    "GreaterThanUpperThreshold", "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold",
)  # fmt: skip
TREATMENTS = ("breaching", "ignore", "missing", "notBreaching")
HIGH_RESOLUTION = (10, 20, 30)
MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_NAME = 255
MOST_ACTIONS = 5
MOST_CHILDREN = 100
"""Alarms in one composite rule (API reference, PutCompositeAlarm)."""
LONGEST_RULE = 10240


def refused_alarm(given: Mapping[str, Any]) -> Iterator[Found]:
    """Yields what is wrong with a metric alarm; members whose value is not known yet are left out."""
    for name, why in NOT_EMULATED.items():
        if given.get(name) is not None:
            yield name, f"{name}: {why}; remove it"
    if ("MetricName" in given) == ("Metrics" in given):
        yield "MetricName", "an alarm watches either MetricName or Metrics: give exactly one"
    yield from _comparison(given)
    yield from _counts(given)
    if "MetricName" in given:
        yield from _single(given)
    yield from _queries(given.get("Metrics") or [])
    yield from _actions(given)


def refuse_alarm(params: dict[str, Any]) -> None:
    """Refuses a metric alarm that CloudWatch refuses, or that the twin cannot evaluate.

    Raises:
        ApiError: With a sentence.
    """
    for _, text in refused_alarm(params):
        raise ApiError("ValidationError", text)


def refused_composite(given: Mapping[str, Any]) -> Iterator[Found]:
    """Yields what is wrong with a composite alarm."""
    text = str(given.get("AlarmRule", ""))
    if len(text) > LONGEST_RULE:
        yield "AlarmRule", f"the alarm rule has {len(text)} characters: {LONGEST_RULE} are the most"
    try:
        children = parse_rule(text).alarms
    except RuleError as error:
        yield "AlarmRule", str(error)
    else:
        if len(children) > MOST_CHILDREN:
            yield "AlarmRule", f"the alarm rule names {len(children)} alarms: {MOST_CHILDREN} are the most"
    yield from _actions(given)


def _comparison(given: Mapping[str, Any]) -> Iterator[Found]:
    comparison = given.get("ComparisonOperator")
    if comparison in OF_ANOMALIES:
        text = f"ComparisonOperator {comparison} is one of anomaly detection, which is not emulated"
        yield "ComparisonOperator", f"{text}: use one of {', '.join(COMPARISONS)}"
    if "ThresholdMetricId" not in given and given.get("Threshold", 0) is None:
        yield "Threshold", "an alarm needs a Threshold: add it"
    treatment = given.get("TreatMissingData", "missing")
    if treatment not in TREATMENTS:
        yield "TreatMissingData", f"TreatMissingData is {treatment!r}: use one of {', '.join(TREATMENTS)}"
    low = given.get("EvaluateLowSampleCountPercentile", "evaluate")
    if low not in ("evaluate", "ignore"):
        text = f"EvaluateLowSampleCountPercentile is {low!r}: use evaluate or ignore"
        yield "EvaluateLowSampleCountPercentile", text


def _counts(given: Mapping[str, Any]) -> Iterator[Found]:
    of, wanted, period = (given.get(name) for name in ("EvaluationPeriods", "DatapointsToAlarm", "Period"))
    for name, number in (("EvaluationPeriods", of), ("DatapointsToAlarm", wanted)):
        if number is not None and int(number) < 1:
            yield name, f"{name} is {number}: it is at least 1"
    if wanted is not None and of is not None and int(wanted) > int(of):
        yield "DatapointsToAlarm", f"DatapointsToAlarm {wanted} is more than EvaluationPeriods {of}: lower it"
    if period is None:
        return
    if int(period) not in HIGH_RESOLUTION and (int(period) < MINUTE or int(period) % MINUTE):
        yield "Period", f"Period is {period}: use 10, 20, 30 or a multiple of 60 seconds"
    days = 7 if int(period) >= HOUR else 1
    if of is not None and int(period) * int(of) > days * DAY:
        text = f"{of} periods of {period} s are more than {days} day{'s' if days > 1 else ''}"
        yield "EvaluationPeriods", f"{text}, the longest that an alarm looks back: lower one of them"


def _single(given: Mapping[str, Any]) -> Iterator[Found]:
    if ("Statistic" in given) == ("ExtendedStatistic" in given):
        yield "Statistic", "an alarm needs either Statistic or ExtendedStatistic: give exactly one"
    for name in ("Namespace", "Period"):
        if name not in given:
            yield name, f"an alarm on a metric needs its {name}: add it"
    statistic, extended = given.get("Statistic"), given.get("ExtendedStatistic")
    if statistic is not None and statistic not in PLAIN:
        yield "Statistic", f"Statistic is {statistic!r}: use one of {', '.join(PLAIN)}, or ExtendedStatistic"
    if extended is not None:
        yield from _statistic(extended, "ExtendedStatistic")


def _statistic(name: Any, where: str) -> Iterator[Found]:
    try:
        compile_statistic(str(name))
    except StatisticError as error:
        yield where, str(error)


def _queries(queries: list[Any]) -> Iterator[Found]:
    ids = {str(query.get("Id")) for query in queries if isinstance(query, dict)}
    shown = [
        query for query in queries if isinstance(query, dict) and query.get("ReturnData", True) is not False
    ]
    if queries and len(shown) != 1:
        yield (
            "Metrics",
            f"{len(shown)} of Metrics have ReturnData: exactly one must be what the alarm watches",
        )
    for index, query in enumerate(queries):
        if not isinstance(query, dict):
            continue
        where = f"Metrics.{index}"
        if ("MetricStat" in query) == ("Expression" in query):
            yield where, "a query has either MetricStat or Expression: give exactly one"
        if query.get("AccountId") is not None:
            yield f"{where}.AccountId", "metrics of other accounts are not emulated: remove AccountId"
        stat = query.get("MetricStat")
        if isinstance(stat, dict):
            if stat.get("Unit") is not None:
                yield f"{where}.MetricStat.Unit", f"Unit: {NOT_EMULATED['Unit']}; remove it"
            if "Stat" in stat:
                yield from _statistic(stat["Stat"], f"{where}.MetricStat.Stat")
        if query.get("Expression") is not None:
            yield from _expression(str(query["Expression"]), ids, f"{where}.Expression")


def _expression(text: str, ids: set[str], where: str) -> Iterator[Found]:
    try:
        used = compile_math(text).names
    except MathError as error:
        yield where, str(error)
        return
    for name in sorted(used - ids):
        yield where, f"the expression uses {name}, which is no Id here: correct it"


def _actions(given: Mapping[str, Any]) -> Iterator[Found]:
    if len(str(given.get("AlarmName", ""))) > LONGEST_NAME:
        yield "AlarmName", f"AlarmName has more than {LONGEST_NAME} characters: shorten it"
    for name in ACTION_LISTS:
        actions = given.get(name) or []
        if len(actions) > MOST_ACTIONS:
            yield name, f"{name} has {len(actions)} actions: {MOST_ACTIONS} are the most"
        for index, action in enumerate(actions):
            parts = str(action).split(":")
            service = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - arn, partition, service
            if not str(action).startswith("${") and service not in ACTION_SERVICES:
                known = " and ".join(sorted(ACTION_SERVICES))
                yield f"{name}.{index}", f"the action {action} is not emulated: actions of {known} are"
