"""What rules and schedules have in common: expressions, and targets that the twin can deliver to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.bus.inputs import refused_input
from twin.cloudformation.intrinsics import Pending
from twin.cron import parse
from twin.cron_days import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


TARGET_SERVICES = {"lambda", "states", "sns", "sqs", "events", "logs"}
"""Services that the twin's bus can deliver to."""


def check_expression(text: str, zone: str, *, of_rule: bool = False) -> Iterator[tuple[str, str]]:
    """Reports a schedule expression or a time zone that AWS would refuse; see `cron.parse`."""
    try:
        parse(text, zone, of_rule=of_rule)
    except ExpressionError as error:
        where = "ScheduleExpressionTimezone" if "time zone" in str(error) else "ScheduleExpression"
        yield where, str(error)


def check_input(target: Mapping[str, Any], route: str) -> Iterator[tuple[str, str]]:
    """Reports an input, a path or a template that PutTargets would refuse; what is pending is left alone."""
    known = {key: value for key, value in target.items() if not isinstance(value, Pending)}
    transformer = known.get("InputTransformer")
    if isinstance(transformer, dict) and isinstance(transformer.get("InputTemplate"), Pending):
        known["InputTransformer"] = {"InputPathsMap": transformer.get("InputPathsMap")}
    for member, text in refused_input(known):
        yield f"{route}.{member}", text


def check_target(target: Mapping[str, Any], route: str, services: set[str]) -> Iterator[tuple[str, str]]:
    """Reports a target without an ARN, or of a service that is not among `services`."""
    arn = target.get("Arn")
    if arn is None:
        yield route, "a target needs an Arn: add it"
    elif not isinstance(arn, Pending):
        parts = str(arn).split(":")
        service = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - arn, partition, service
        if service not in services:
            yield (
                f"{route}.Arn",
                f"the twin cannot deliver to {arn}: use a target of {', '.join(sorted(services))}",
            )
        if service == "scheduler":
            yield from _universal(str(arn), f"{route}.Arn")


def _universal(arn: str, route: str) -> Iterator[tuple[str, str]]:
    from twin.bus.universal_targets import operation_of  # noqa: PLC0415 - loads moto, which a plain template needs not

    try:
        operation_of(arn)
    except LookupError as error:
        yield route, str(error.args[0])
