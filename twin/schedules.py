"""EventBridge Scheduler, and the scheduled rules of the buses: one timer a schedule, nothing between its times."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from moto.events.models import events_backends
from moto.scheduler.models import scheduler_backends

from twin.bus.inputs import target_input
from twin.cron import Expression, ExpressionError, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.api_calls import ApiCalls, Call
    from twin.bus import EventBus
    from twin.clock import Clock
    from twin.cloudformation.provider import Aws
    from twin.timers import Timer

IDS = uuid.UUID("0c3f2b0e-54f4-5f0b-8f3c-5b7a3d1c9e20")
SCHEDULES = {"CreateSchedule", "DeleteSchedule", "DeleteScheduleGroup", "UpdateSchedule"}
RULES = {"DeleteRule", "DisableRule", "EnableRule", "PutRule"}


@dataclass
class Armed:
    """A schedule that waits for its next time."""

    facts: tuple[Any, ...]
    expression: Expression
    anchor: datetime
    timer: Timer | None = None


class Schedules:
    """Fires every schedule and scheduled rule of the account; it follows their creation, change and deletion.

    Args:
        clock: Its time decides.
        api_calls: Tells of changes.
        bus: Delivers.
        aws: The account.
        seed: Chooses the minute inside a flexible window.
        listener: Is told of each firing: kind, subject, what, why.
    """

    def __init__(
        self,
        clock: Clock,
        api_calls: ApiCalls,
        bus: EventBus,
        aws: Aws,
        *,
        seed: int = 0,
        listener: Callable[[str, str, str, str], None] | None = None,
    ) -> None:
        self.clock, self.bus, self.aws, self.seed = clock, bus, aws, seed
        self.listener = listener or bus.listener
        self._armed: dict[tuple[str, str, str], Armed] = {}
        self._count = 0
        api_calls.observe(self._on_call)

    def _on_call(self, call: Call) -> None:
        if (
            call.service == "scheduler"
            and call.operation in ("CreateSchedule", "UpdateSchedule")
            and not call.finished
        ):
            _refuse_nonsense(call.params)
        if not call.finished or call.error is not None:
            return
        if (call.service == "scheduler" and call.operation in SCHEDULES) or (
            call.service == "events" and call.operation in RULES
        ):
            self.sync()

    def sync(self) -> None:
        """Arms what is new or changed and disarms what is gone."""
        wanted = {**self._schedules(), **self._rules()}
        for key in [key for key in self._armed if key not in wanted]:
            self._disarm(key)
        for key, (facts, text, zone) in wanted.items():
            armed = self._armed.get(key)
            if armed and armed.facts == facts:
                continue
            self._disarm(key)
            self._armed[key] = Armed(facts, parse(text, zone), self.clock.now)
            self._arm(key)

    def _schedules(self) -> dict[tuple[str, str, str], tuple[tuple[Any, ...], str, str]]:
        groups = scheduler_backends[self.aws.account][self.aws.region].schedule_groups
        found = {}
        for group in groups.values():
            for schedule in group.schedules.values():
                if schedule.state != "DISABLED":  # moto forgets the default when it updates
                    text, zone = schedule.schedule_expression, schedule.schedule_expression_timezone
                    facts = (text, zone, str(schedule.start_date), str(schedule.end_date))
                    found["schedule", group.name, schedule.name] = (facts, text, zone)
        return found

    def _rules(self) -> dict[tuple[str, str, str], tuple[tuple[Any, ...], str, str]]:
        buses = events_backends[self.aws.account][self.aws.region].event_buses
        return {
            ("rule", bus.name, rule.name): ((rule.scheduled_expression,), rule.scheduled_expression, "UTC")
            for bus in buses.values()
            for rule in bus.rules.values()
            if rule.state == "ENABLED" and rule.scheduled_expression
        }

    def _disarm(self, key: tuple[str, str, str]) -> None:
        armed = self._armed.pop(key, None)
        if armed and armed.timer:
            armed.timer.cancel()

    def _arm(self, key: tuple[str, str, str]) -> None:
        """Sets the timer of a schedule's next time, if there is one."""
        armed = self._armed[key]
        after = self.clock.now
        schedule = self._schedule(key)
        start, end = (_moment(getattr(schedule, name, None)) for name in ("start_date", "end_date"))
        if start and start > after:
            after = start - timedelta(microseconds=1)
        due = armed.expression.next_after(after, anchor=max(armed.anchor, start) if start else armed.anchor)
        if due is None or (end and due > end):
            armed.timer = None
            return
        armed.timer = self.clock.call_at(due, lambda: self._fire(key, due), name=f"schedule {key[2]}")

    def _fire(self, key: tuple[str, str, str], due: datetime) -> None:
        schedule = self._schedule(key)
        if key[0] == "rule":
            self._fire_rule(key, due)
        elif schedule is not None:
            window = schedule.flexible_time_window
            minutes = (
                int(window.get("MaximumWindowInMinutes") or 0) if window.get("Mode") == "FLEXIBLE" else 0
            )
            # Text seeds the generator alike in every process, unlike a hash.
            late = random.Random(f"{self.seed}/{key}/{due}").randrange(minutes * 60) if minutes else 0  # noqa: S311 - no secret
            self.clock.call_later(late, lambda: self._deliver(key, schedule, due), name=f"schedule {key[2]}")
        if key in self._armed:
            self._arm(key)
        if (
            schedule is not None
            and self._armed[key].timer is None
            and schedule.action_after_completion == "DELETE"
        ):
            name = {"Name": key[2], "GroupName": key[1]}
            self.clock.spawn(
                lambda: self.aws.client("scheduler").delete_schedule(**name), name=f"completed {key[2]}"
            )

    def _deliver(self, key: tuple[str, str, str], schedule: Any, due: datetime) -> None:
        self._count += 1
        self.listener("schedule", key[2], "fired", schedule.schedule_expression)
        stamps = {
            "<aws.scheduler.schedule-arn>": schedule.arn,
            "<aws.scheduler.scheduled-time>": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "<aws.scheduler.execution-id>": str(uuid.uuid5(IDS, str(self._count))),
            "<aws.scheduler.attempt-number>": "1",
        }
        text = str(schedule.target.get("Input") or "{}")
        for word, value in stamps.items():
            text = text.replace(word, value)
        self.bus.delivery.start(schedule.target, text, cause=schedule.arn)

    def _fire_rule(self, key: tuple[str, str, str], due: datetime) -> None:
        rule = events_backends[self.aws.account][self.aws.region].event_buses[key[1]].rules[key[2]]
        self._count += 1
        self.listener("schedule", key[2], "fired", str(rule.scheduled_expression))
        event = {
            "version": "0",
            "id": str(uuid.uuid5(IDS, f"rule {self._count}")),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self.aws.account,
            "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": self.aws.region,
            "resources": [rule.arn],
            "detail": {},
        }
        for target in rule.targets:
            self.bus.delivery.start(target, target_input(target, event, rule_arn=rule.arn), cause=rule.arn)

    def _schedule(self, key: tuple[str, str, str]) -> Any:
        if key[0] != "schedule":
            return None
        groups = scheduler_backends[self.aws.account][self.aws.region].schedule_groups
        return groups[key[1]].schedules.get(key[2]) if key[1] in groups else None


def _refuse_nonsense(params: dict[str, Any]) -> None:
    """Refuses what moto would take: AWS checks the expression and the time zone when a schedule is written."""
    try:
        parse(params.get("ScheduleExpression", ""), params.get("ScheduleExpressionTimezone", "UTC"))
    except ExpressionError as error:
        answer: Any = {"Error": {"Code": "ValidationException", "Message": str(error)}}
        raise ClientError(answer, "CreateSchedule") from error


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
