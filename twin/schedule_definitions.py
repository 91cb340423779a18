"""Schedules and scheduled rules as moto keeps them: which there are, when they count, what they send."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from moto.events.models import events_backends
from moto.scheduler.models import scheduler_backends

from twin.api_faults import ApiError
from twin.cron import parse
from twin.cron_days import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.cloudformation.provider import Aws

Key = tuple[str, str, str]
"""`schedule` or `rule`, the schedule's group or the rule's bus, and the name."""

Definition = tuple[tuple[Any, ...], str, str]
"""What makes a schedule another one when it changes, its expression, and the expression's time zone."""


OLDEST_START = timedelta(minutes=5)
"""How far back a StartDate may lie (what EventBridge Scheduler answers)."""


def definitions(aws: Aws) -> dict[Key, Definition]:
    """Returns every schedule and scheduled rule of the account that is switched on."""
    return dict([*_schedules(aws), *_rules(aws)])


def _schedules(aws: Aws) -> Iterator[tuple[Key, Definition]]:
    for group in scheduler_backends[aws.account][aws.region].schedule_groups.values():
        for schedule in group.schedules.values():
            if schedule.state != "DISABLED":  # moto forgets the default when it updates
                text, zone = schedule.schedule_expression, schedule.schedule_expression_timezone
                facts = (text, zone, str(schedule.start_date), str(schedule.end_date))
                yield ("schedule", group.name, schedule.name), (facts, text, zone)


def _rules(aws: Aws) -> Iterator[tuple[Key, Definition]]:
    for bus in events_backends[aws.account][aws.region].event_buses.values():
        for rule in bus.rules.values():
            if rule.state == "ENABLED" and rule.scheduled_expression:
                text = rule.scheduled_expression
                yield ("rule", bus.name, rule.name), ((text,), text, "UTC")


def schedule_of(aws: Aws, key: Key) -> Any:
    """Returns moto's schedule; None for a rule, and for a schedule that is gone."""
    if key[0] != "schedule":
        return None
    groups = scheduler_backends[aws.account][aws.region].schedule_groups
    return groups[key[1]].schedules.get(key[2]) if key[1] in groups else None


def rule_of(aws: Aws, key: Key) -> Any:
    """Returns moto's rule."""
    return events_backends[aws.account][aws.region].event_buses[key[1]].rules[key[2]]


def active_range(schedule: Any) -> tuple[datetime | None, datetime | None]:
    """Returns when a schedule begins and when it ends; None where it does not say, as a rule never does."""
    return _moment(getattr(schedule, "start_date", None)), _moment(getattr(schedule, "end_date", None))


def schedule_payload(schedule: Any, due: datetime, execution_id: str) -> str:
    """Returns the text that a schedule hands to its target, EventBridge Scheduler's own words filled in."""
    words = {
        "<aws.scheduler.schedule-arn>": schedule.arn,
        "<aws.scheduler.scheduled-time>": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "<aws.scheduler.execution-id>": execution_id,
        "<aws.scheduler.attempt-number>": "1",
    }
    text = str(schedule.target.get("Input") or "{}")
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def rule_event(rule: Any, due: datetime, event_id: str, aws: Aws) -> dict[str, Any]:
    """Returns the event that a scheduled rule hands to its targets."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": aws.account,
        "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": aws.region,
        "resources": [rule.arn],
        "detail": {},
    }


def refuse_schedule(params: Mapping[str, Any], now: datetime) -> None:
    """Refuses what moto would take: EventBridge Scheduler checks a schedule when it is written.

    Raises:
        ApiError: It would answer this ValidationException.
    """
    _refuse_expression(params["ScheduleExpression"], params.get("ScheduleExpressionTimezone", "UTC"))
    start, end = _moment(params.get("StartDate")), _moment(params.get("EndDate"))
    if start and start < now - OLDEST_START:
        raise ApiError(
            "ValidationException", "The StartDate you specify cannot be earlier than 5 minutes ago."
        )
    if start and end and end <= start:
        raise ApiError("ValidationException", "The EndDate you specify must come after the StartDate.")
    window = params["FlexibleTimeWindow"]
    if window["Mode"] == "FLEXIBLE" and not window.get("MaximumWindowInMinutes"):
        raise ApiError("ValidationException", "A flexible window needs MaximumWindowInMinutes.")


def refuse_rule(params: Mapping[str, Any]) -> None:
    """Refuses a rule's expression that EventBridge would refuse.

    Raises:
        ApiError: It would answer this ValidationException.
    """
    if params.get("ScheduleExpression"):
        _refuse_expression(params["ScheduleExpression"], "UTC", of_rule=True)


def _refuse_expression(text: str, zone: str, *, of_rule: bool = False) -> None:
    try:
        parse(text, zone, of_rule=of_rule)
    except ExpressionError as error:
        raise ApiError("ValidationException", str(error)) from error


def _moment(value: Any) -> datetime | None:
    """Reads a start or an end as moto keeps it: a number, a text or a datetime."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        return datetime.fromtimestamp(float(value), tz=UTC)
    except ValueError:
        return datetime.fromisoformat(str(value))
