"""What metric filters make of a line of a log: a value, its dimensions, or nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.alarms.metrics import MetricName
from twin.log_filters import FilterError, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from twin.log_filters import LogFilter
    from twin.log_filters.pattern import Line

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
MOST_DIMENSIONS = 3
"""Dimensions of one metric filter (API reference, MetricTransformation)."""


def log_line_matches(pattern: str, line: Line) -> bool:
    """Returns whether a line of a log meets a filter pattern.

    Raises:
        FilterError: CloudWatch Logs would refuse the pattern.
    """
    return parse_filter(pattern).matches(line)


def published(
    pattern: str, transformations: Sequence[Mapping[str, Any]], line: Line
) -> Iterator[tuple[MetricName, float]]:
    """Yields the metric and the value that a metric filter publishes for one line.

    A line that does not match publishes the default value, where there is one.
    """
    wanted = parse_filter(pattern)
    matched = wanted.matches(line)
    for made in transformations:
        value = _value(wanted, str(made["metricValue"]), line) if matched else made.get("defaultValue")
        if value is None:
            continue
        dimensions = _dimensions(wanted, made.get("dimensions") or {}, line) if matched else frozenset()
        if dimensions is not None:
            yield MetricName(made["metricNamespace"], made["metricName"], dimensions), float(value)


def refused_transformations(
    pattern: str, transformations: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[int, str, str]]:
    """Yields what PutMetricFilter refuses: the transformation's index, its member, and a sentence.

    A pattern that is none yields nothing here; `parse_filter` tells it.
    """
    try:
        wanted = parse_filter(pattern)
    except FilterError:
        return
    for index, made in enumerate(transformations):
        value = str(made.get("metricValue", made.get("MetricValue", "")))
        if not NUMBER.fullmatch(value) and not wanted.offers(value):
            yield (
                index,
                "MetricValue",
                f"MetricValue {value!r} is no number, and the pattern has no such field",
            )
        dimensions = _named(made.get("dimensions", made.get("Dimensions")) or {})
        if dimensions and made.get("defaultValue", made.get("DefaultValue")) is not None:
            yield index, "DefaultValue", "a metric with Dimensions has no DefaultValue: remove one of them"
        if len(dimensions) > MOST_DIMENSIONS:
            yield index, "Dimensions", f"a metric filter has {MOST_DIMENSIONS} Dimensions at most"
        for name, selector in dimensions.items():
            if not wanted.offers(selector):
                yield index, "Dimensions", f"the dimension {name} takes {selector!r}, which the pattern lacks"


def _named(dimensions: Any) -> dict[str, str]:
    """Writes dimensions as the API does; CloudFormation lists them as Key and Value."""
    if isinstance(dimensions, list):
        return {str(item.get("Key")): str(item.get("Value")) for item in dimensions}
    return {str(name): str(value) for name, value in dimensions.items()}


def _value(wanted: LogFilter, text: str, line: Line) -> float | None:
    """Returns the value to publish; None where the field holds no number."""
    found = wanted.value(line, text) if text.startswith("$") else text
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    return float(found) if NUMBER.fullmatch(str(found)) else None


def _dimensions(
    wanted: LogFilter, dimensions: Mapping[str, str], line: Line
) -> frozenset[tuple[str, str]] | None:
    """Returns the dimensions of a line; None where a field is absent, for then nothing is published."""
    values = {name: wanted.value(line, selector) for name, selector in dimensions.items()}
    if any(value is None for value in values.values()):
        return None
    return frozenset((name, str(value)) for name, value in values.items())
