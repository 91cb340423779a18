"""Schedules fire at their local times, once, in the dialect and by the daylight-saving rules of AWS."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.cron import parse
from twin.cron_days import ExpressionError


def fires(text: str, zone: str, start: datetime, count: int) -> list[str]:
    expression, moment, found = parse(text, zone), start, []
    for _ in range(count):
        following = expression.next_after(moment, anchor=start)
        assert following is not None
        moment = following
        found.append(moment.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M"))
    return found


def test_a_local_time_that_the_spring_change_skips_does_not_fire() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert fires("cron(30 2 * * ? *)", "Europe/Rome", start, 2) == ["03-30 02:30", "03-31 02:30"]


def test_a_local_time_that_the_autumn_change_repeats_fires_once() -> None:
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert fires("cron(30 2 * * ? *)", "Europe/Rome", start, 2) == ["10-25 02:30", "10-26 02:30"]


def test_the_evening_stays_at_its_local_hour_over_both_changes() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    hours = {text[-5:] for text in fires("cron(0 22 * * ? *)", "America/New_York", start, 365)}
    assert hours == {"22:00"}


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["Asia/Tokyo", "Europe/Rome", "America/New_York"]),
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 364),
)
def test_a_daily_schedule_fires_at_most_once_a_local_day(zone: str, hour: int, minute: int, day: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    first, second = fires(f"cron({minute} {hour} * * ? *)", zone, moment, 2)
    assert first[:5] != second[:5]
    assert first[6:] == second[6:] == f"{hour:02}:{minute:02}"


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 22 * * * *)", "cron(60 22 * * ? *)", "cron(0 22 ? * FUN *)", "cron(0 22 * * ?)",
        "rate(0 hours)", "at(2026-02-30T00:00:00)", "22:00", "",
        "cron(0/0 * * * ? *)",
    ],
)  # fmt: skip
def test_what_aws_would_refuse_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("zone", ["Asia/Tokio", "", "../etc/passwd", "+09:00"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ExpressionError, match="time zone"):
        parse("rate(1 hour)", zone)


def schedule(twin: Any, name: str, text: str, **more: Any) -> None:
    target = {
        "Arn": twin.queue("work"),
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "Input": '{"n": "<aws.scheduler.scheduled-time>"}',
    }
    given = {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, **more}
    twin.aws.client("scheduler").create_schedule(Name=name, ScheduleExpression=text, **given)


def test_a_schedule_delivers_its_input_with_the_scheduled_time(small_twin: Any) -> None:
    schedule(small_twin, "evening", "cron(0 22 * * ? *)", ScheduleExpressionTimezone="Asia/Tokyo")
    small_twin.run(days=2)
    bodies = [json.loads(message["Body"])["n"] for message in small_twin.messages("work")]
    assert bodies == ["2026-03-02T13:00:00Z", "2026-03-03T13:00:00Z"]
    assert ("schedule", "evening", "fired", "cron(0 22 * * ? *)") in small_twin.log


def test_a_changed_schedule_fires_by_its_new_time_alone(small_twin: Any) -> None:
    schedule(small_twin, "s", "rate(1 hour)")
    small_twin.run(minutes=30)
    target = {"Arn": small_twin.queue("work"), "RoleArn": "arn:aws:iam::123456789012:role/r"}
    small_twin.aws.client("scheduler").update_schedule(
        Name="s", ScheduleExpression="rate(12 hours)", FlexibleTimeWindow={"Mode": "OFF"}, Target=target
    )
    small_twin.run(hours=20)
    assert len(small_twin.messages("work")) == 3, "at once, at once after the change, twelve hours later"


def test_a_disabled_or_deleted_schedule_is_silent(small_twin: Any) -> None:
    schedule(small_twin, "off", "rate(1 minute)", State="DISABLED")
    schedule(small_twin, "gone", "rate(1 minute)")
    small_twin.aws.client("scheduler").delete_schedule(Name="gone")
    small_twin.run(hours=1)
    assert small_twin.messages("work") == []


def test_a_one_time_schedule_fires_once_and_can_delete_itself(small_twin: Any) -> None:
    schedule(small_twin, "once", "at(2026-03-02T05:00:00)", ActionAfterCompletion="DELETE")
    small_twin.run(days=1)
    assert len(small_twin.messages("work")) == 1
    assert small_twin.aws.client("scheduler").list_schedules()["Schedules"] == []


def test_a_flexible_window_delays_within_its_bounds_and_alike_in_each_run(small_twin: Any) -> None:
    schedule(
        small_twin,
        "flex",
        "cron(0 5 * * ? *)",
        FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15},
    )
    small_twin.run(hours=5)
    assert small_twin.log == []
    small_twin.run(minutes=15)
    assert len(small_twin.messages("work")) == 1


def test_a_scheduled_rule_sends_the_scheduled_event(small_twin: Any) -> None:
    client = small_twin.aws.client("events")
    client.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    client.put_targets(Rule="hourly", Targets=[{"Id": "q", "Arn": small_twin.queue("work")}])
    small_twin.run(hours=3)
    bodies = [json.loads(message["Body"]) for message in small_twin.messages("work")]
    assert [body["detail-type"] for body in bodies] == ["Scheduled Event"] * 3


def test_a_universal_target_calls_the_api(small_twin: Any) -> None:
    target = {
        "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "Input": json.dumps(
            {"QueueUrl": "https://sqs.ap-northeast-1.amazonaws.com/123456789012/work", "MessageBody": "hi"}
        ),
    }
    schedule(small_twin, "api", "rate(1 hour)", Target=target)
    small_twin.queue("work")
    small_twin.run(minutes=59)
    assert [message["Body"] for message in small_twin.messages("work")] == ["hi"]


def test_a_schedule_that_aws_would_refuse_is_refused_when_it_is_written(small_twin: Any) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        schedule(small_twin, "bad", "cron(0 22 * * * *)")
