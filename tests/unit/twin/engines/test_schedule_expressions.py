"""Schedule expressions fire, and are refused, as the guides of EventBridge and of its Scheduler say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.twin.engines.corpus import corpus, told
from twin.cron import parse
from twin.cron_days import ExpressionError

PAGE = corpus("schedules")
START = datetime(2026, 3, 2, tzinfo=UTC)


def test_every_row_names_its_source() -> None:
    rows = [row for part in ("fires", "words", "refused") for row in PAGE[part]]

    assert {row[0] for row in rows} == set(PAGE["sources"])


@pytest.mark.parametrize("row", PAGE["fires"], ids=told)
def test_an_expression_fires_as_its_page_says(row: list[Any]) -> None:
    _, text, zone, after, expected = row
    expression = parse(text, zone)
    moment: datetime | None = datetime.fromisoformat(after).replace(tzinfo=UTC)
    anchor, found = moment, []
    while moment is not None and len(found) < max(len(expected), 1):
        moment = expression.next_after(moment, anchor=anchor)
        found += [moment.strftime("%Y-%m-%d %H:%M")] if moment else []

    assert found == expected


def taken(text: str, *, of_rule: bool) -> bool:
    try:
        parse(text, of_rule=of_rule)
    except ExpressionError:
        return False
    return True


@pytest.mark.parametrize("row", PAGE["words"], ids=told)
def test_rules_and_schedules_have_words_of_their_own(row: list[Any]) -> None:
    assert [taken(row[1], of_rule=True), taken(row[1], of_rule=False)] == row[2:]


@pytest.mark.parametrize("row", PAGE["refused"], ids=told)
def test_what_is_no_expression_is_refused_in_words(row: list[Any]) -> None:
    with pytest.raises(ExpressionError, match=re.escape(row[2])):
        parse(row[1])


@pytest.mark.parametrize("zone", PAGE["zones_refused"])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(ExpressionError, match="IANA"):
        parse("rate(1 day)", zone)


FIELD = st.one_of(st.just("*"), st.integers(1, 28).map(str), st.integers(1, 9).map("1/{}".format))


@settings(max_examples=100, deadline=None)
@given(FIELD, FIELD.filter(lambda field: field != "28"), st.datetimes(START.replace(tzinfo=None)))
def test_the_next_time_is_the_first_minute_that_fits(day: str, hour: str, after: datetime) -> None:
    """Held against walking from minute to minute, for up to two days."""
    after = after.replace(year=2026, tzinfo=UTC, second=0, microsecond=0)
    if not taken(f"cron(7 {hour} {day} * ? *)", of_rule=False):
        return
    found = parse(f"cron(7 {hour} {day} * ? *)").next_after(after, anchor=after)

    def fits(moment: datetime) -> bool:
        return all(
            field == "*"
            or (
                str(part) == field
                if "/" not in field
                else part % int(field[2:]) == 1 % int(field[2:]) and part >= 1
            )
            for field, part in ((day, moment.day), (hour, moment.hour))
        )

    walked = (after + timedelta(minutes=step) for step in range(1, 2 * 1440))
    first = next((moment for moment in walked if moment.minute == 7 and fits(moment)), None)
    assert found == first if first else found is None or found > after + timedelta(days=1)


def schedule(twin: Any, text: str, **more: Any) -> None:
    target = {"Arn": twin.queue("work"), "RoleArn": "arn:aws:iam::123456789012:role/r", "Input": "{}"}
    given_too = {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target, **more}
    twin.aws.client("scheduler").create_schedule(Name="s", ScheduleExpression=text, **given_too)


@pytest.mark.parametrize(
    ("more", "hours", "count"),
    [
        ({}, 5, 3),
        ({"StartDate": START + timedelta(hours=3)}, 5.5, 2),
        ({"StartDate": START - timedelta(minutes=4)}, 5, 2),
        ({"EndDate": START + timedelta(hours=2)}, 5, 2),
        ({"StartDate": START + timedelta(hours=1), "EndDate": START + timedelta(hours=2)}, 9, 1),
        ({"State": "DISABLED"}, 5, 0),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}}, 4.5, 3),
    ],
)
def test_a_rate_runs_from_its_start_to_its_end(
    more: dict[str, Any], hours: float, count: int, small_twin: Any
) -> None:
    schedule(small_twin, "rate(2 hours)", **more)
    small_twin.run(hours=hours)
    assert len(small_twin.messages("work")) == count


def test_a_one_time_schedule_ignores_start_and_end(small_twin: Any) -> None:
    start, end = START + timedelta(hours=5), START + timedelta(hours=6)
    schedule(small_twin, "at(2026-03-02T01:00:00)", StartDate=start, EndDate=end)
    small_twin.run(hours=2)
    assert len(small_twin.messages("work")) == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"StartDate": START - timedelta(hours=1)}, "5 minutes ago"),
        (
            {"StartDate": START + timedelta(hours=2), "EndDate": START + timedelta(hours=1)},
            "after the StartDate",
        ),
        ({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}, "MaximumWindowInMinutes"),
        ({"ScheduleExpressionTimezone": "Mars/Base"}, "IANA"),
    ],
)
def test_a_schedule_that_could_not_fire_is_refused(more: dict[str, Any], says: str, small_twin: Any) -> None:
    client = small_twin.aws.client("scheduler")
    with pytest.raises(client.exceptions.ValidationException, match=says):
        schedule(small_twin, "rate(1 hour)", **more)


def test_a_rule_fires_first_after_one_period_and_in_utc(small_twin: Any) -> None:
    client = small_twin.aws.client("events")
    client.put_rule(Name="r", ScheduleExpression="rate(1 hour)")
    client.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": small_twin.queue("work")}])
    small_twin.run(minutes=59)
    assert small_twin.messages("work") == []
    small_twin.run(minutes=2)
    assert len(small_twin.messages("work")) == 1


def test_a_rule_with_the_schedulers_words_is_refused(small_twin: Any) -> None:
    with pytest.raises(ClientError, match=re.escape("rate(5 minutes)")):
        small_twin.aws.client("events").put_rule(Name="r", ScheduleExpression="rate(5 minute)")
