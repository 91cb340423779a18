"""What follows when an alarm changes its state: an event on the default bus, and the alarm's own actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.alarms.decision import ALARM, INSUFFICIENT, OK
from twin.alarms.messages import StateChange, event_detail, function_event, topic_message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.bus import EventBus
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws

ACTION_LISTS = {ALARM: "AlarmActions", OK: "OKActions", INSUFFICIENT: "InsufficientDataActions"}
"""The parameter that lists the actions of each state."""


class Actions:
    """Carries out the actions of every alarm of the account.

    Args:
        clock: Runs the publications, each in a task of its own.
        bus: Carries the events and invokes the functions.
        aws: The account.
    """

    def __init__(self, clock: Clock, bus: EventBus, aws: Aws) -> None:
        self._clock, self._bus, self._aws = clock, bus, aws
        self._disabled: set[str] = set()

    def disable(self, names: Iterable[str]) -> None:
        """Keeps these alarms from acting; they still change their states."""
        self._disabled.update(names)

    def enable(self, names: Iterable[str]) -> None:
        """Lets these alarms act again."""
        self._disabled.difference_update(names)

    def carry_out(self, change: StateChange, *, suppressed: bool = False) -> None:
        """Announces a change of state on the bus, and acts as the alarm says, unless it is suppressed."""
        self._bus.listener("alarm", change.name, f"{change.before} -> {change.after}", change.reason)
        detail = event_detail(change)
        self._bus.emit("aws.cloudwatch", "CloudWatch Alarm State Change", detail, resources=[change.arn])
        if suppressed:
            return
        if change.params.get("ActionsEnabled", True) and change.name not in self._disabled:
            for action in change.params.get(ACTION_LISTS[change.after]) or []:
                self._act(action, change)

    def _act(self, action: str, change: StateChange) -> None:
        where = {"account": self._aws.account, "region": self._aws.region}
        service = action.split(":")[2]
        if service == "sns":
            subject, text = topic_message(change, **where)

            def publish() -> None:
                self._aws.client("sns").publish(TopicArn=action, Subject=subject, Message=text)

            self._clock.spawn(publish, name=f"action of {change.name}")
        elif service == "lambda":
            self._bus.delivery.start({"Arn": action}, function_event(change, **where), cause=change.arn)
        else:
            self._bus.listener("alarm", change.name, f"action {action} is not emulated", "sns and lambda are")
