"""EventBridge Scheduler and the buses' scheduled rules: one timer a schedule, nothing in between."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from twin.bus.inputs import target_input
from twin.cron import Expression, parse
from twin.schedule_definitions import (
    active_range,
    definitions,
    refuse_rule,
    refuse_schedule,
    rule_event,
    rule_of,
    schedule_of,
    schedule_payload,
)

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import Call
    from twin.bus import EventBus
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.schedule_definitions import Key
    from twin.timers import Timer

IDS = uuid.UUID("0c3f2b0e-54f4-5f0b-8f3c-5b7a3d1c9e20")
"""Execution ids are counted under this name, so that two runs give the same."""

WRITES = {
    "events": {"DeleteRule", "DisableRule", "EnableRule", "PutRule"},
    "scheduler": {"CreateSchedule", "DeleteSchedule", "DeleteScheduleGroup", "UpdateSchedule"},
}
"""The operations after which other schedules may be there, by service."""


@dataclass
class Armed:
    """A schedule that waits for its next time."""

    facts: tuple[Any, ...]
    expression: Expression
    anchor: datetime
    """The first occurrence of a rate."""
    after: datetime
    """What its next time must be later than."""
    timer: Timer | None = None


class Schedules:
    """Fires every schedule and scheduled rule of the account; it follows their creation, change and deletion.

    Args:
        clock: Its time decides.
        api_calls: Tells of changes.
        bus: Delivers; its listener hears of each firing.
        aws: The account.
    """

    def __init__(self, clock: Clock, api_calls: ApiCalls, bus: EventBus, aws: Aws) -> None:
        self.clock, self.bus, self.aws = clock, bus, aws
        self._armed: dict[Key, Armed] = {}
        self._count = 0
        api_calls.guard("scheduler", "CreateSchedule", self._refuse_schedule)
        api_calls.guard("scheduler", "UpdateSchedule", self._refuse_schedule)
        api_calls.guard("events", "PutRule", refuse_rule)
        api_calls.observe(self._on_call)

    def _on_call(self, call: Call) -> None:
        if call.service not in WRITES or call.operation not in WRITES[call.service]:
            return
        if call.finished and call.error is None:
            self.sync()

    def _refuse_schedule(self, params: dict[str, Any]) -> None:
        refuse_schedule(params, self.clock.now)

    def sync(self) -> None:
        """Arms what is new or changed and disarms what is gone."""
        wanted = definitions(self.aws)
        for key in [key for key in self._armed if key not in wanted]:
            self._disarm(key)
        for key, (facts, text, zone) in wanted.items():
            armed = self._armed.get(key)
            if armed and armed.facts == facts:
                continue
            self._disarm(key)
            self._armed[key] = self._first(key, facts, parse(text, zone, of_rule=key[0] == "rule"))
            self._arm(key)

    def _first(self, key: Key, facts: tuple[Any, ...], expression: Expression) -> Armed:
        """Returns a schedule that has not fired yet.

        EventBridge Scheduler's rates begin at their StartDate, or else at once; a rule's after one period.
        """
        now = self.clock.now
        if key[0] == "rule":
            return Armed(facts, expression, now + expression.every, now)
        start, _ = active_range(schedule_of(self.aws, key))
        return Armed(facts, expression, start or now, now - timedelta(microseconds=1))

    def _disarm(self, key: Key) -> None:
        armed = self._armed.pop(key, None)
        if armed and armed.timer:
            armed.timer.cancel()

    def _arm(self, key: Key) -> None:
        """Sets the timer of a schedule's next time, if there is one."""
        armed = self._armed[key]
        start, end = active_range(schedule_of(self.aws, key))
        if armed.expression.kind == "at":  # its own date alone counts
            start = end = None
        after = armed.after
        if start and start > after:
            after = start - timedelta(microseconds=1)
        due = armed.expression.next_after(after, anchor=armed.anchor)
        if due is None or (end and due > end):
            armed.timer = None
            return
        armed.timer = self.clock.call_at(due, lambda: self._fire(key, due), name=f"schedule {key[2]}")

    def _fire(self, key: Key, due: datetime) -> None:
        schedule = schedule_of(self.aws, key)
        if key[0] == "rule":
            self._fire_rule(key, due)
        elif schedule is not None:
            window = schedule.flexible_time_window
            flexible = window.get("Mode") == "FLEXIBLE"
            minutes = int(window.get("MaximumWindowInMinutes") or 0) if flexible else 0
            # Text seeds the generator alike in every process, unlike a hash.
            late = random.Random(f"{key}/{due}").randrange(minutes * 60) if minutes else 0  # noqa: S311 - no secret
            self.clock.call_later(late, lambda: self._deliver(key, schedule, due), name=f"schedule {key[2]}")
        if key in self._armed:
            self._armed[key].after = self.clock.now
            self._arm(key)
        if schedule is not None and self._armed[key].timer is None:
            self._complete(key, schedule)

    def _complete(self, key: Key, schedule: Any) -> None:
        """Deletes a schedule that never fires again, when it asks for that."""
        if schedule.action_after_completion == "DELETE":

            def delete() -> None:
                self.aws.client("scheduler").delete_schedule(Name=key[2], GroupName=key[1])

            self.clock.spawn(delete, name=f"completed {key[2]}")

    def _deliver(self, key: Key, schedule: Any, due: datetime) -> None:
        self._count += 1
        self.bus.listener("schedule", key[2], "fired", schedule.schedule_expression)
        payload = schedule_payload(schedule, due, str(uuid.uuid5(IDS, str(self._count))))
        self.bus.delivery.start(schedule.target, payload, cause=schedule.arn)

    def _fire_rule(self, key: Key, due: datetime) -> None:
        rule = rule_of(self.aws, key)
        self._count += 1
        self.bus.listener("schedule", key[2], "fired", str(rule.scheduled_expression))
        event = rule_event(rule, due, str(uuid.uuid5(IDS, f"rule {self._count}")), self.aws)
        for target in rule.targets:
            self.bus.delivery.start(target, target_input(target, event, rule_arn=rule.arn), cause=rule.arn)
