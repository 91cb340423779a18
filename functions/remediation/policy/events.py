"""An alarm event as EventBridge delivers it, as far as it is looked at; all else is a stranger's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

SOURCE, DETAIL_TYPE = "aws.cloudwatch", "CloudWatch Alarm State Change"


class AlarmEvent(NamedTuple):
    """What an event says.

    Attributes:
        account: AWS account.
        region: Region.
        arn: The alarm's ARN; empty when the event names none.
        alarm: The alarm's name.
        state: What it changed to.
        at: When.
        previous: What it was before.
        evaluation: How well it evaluates; None when well.
        suppressed_by: Why a parent suppresses its actions; None when none does.
        is_composite: Whether it is about other alarms.
    """

    account: str
    region: str
    arn: str
    alarm: str
    state: str
    at: datetime
    previous: str = "OK"
    evaluation: str | None = None
    suppressed_by: str | None = None
    is_composite: bool = False


def of(checked: Mapping[str, Any]) -> AlarmEvent:
    """Returns the event of an envelope that its schema has been held against."""
    detail = checked["detail"]
    state, previous = detail["state"], detail.get("previousState") or {}
    return AlarmEvent(
        account=checked["account"],
        region=checked["region"],
        arn=next(iter(checked.get("resources") or ()), ""),
        alarm=detail["alarmName"],
        state=state["value"],
        at=state["timestamp"],
        previous=previous.get("value", "OK"),
        evaluation=state.get("evaluationState"),
        suppressed_by=state.get("actionsSuppressedBy"),
        is_composite="alarmRule" in (detail.get("configuration") or {}),
    )


def dedup_key(arn: str, transition: datetime) -> str:
    """Returns what a transition is known by, however often and by whichever way it is heard of."""
    return f"{arn}@{transition.isoformat()}"
