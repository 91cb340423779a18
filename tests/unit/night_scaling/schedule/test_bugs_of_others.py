"""Bugs that other off-hours tools have or had, each beside the behaviour that Toban has instead.

Where the faulty rule is short it stands here as a function, and the test shows that the rule gives the wrong
answer for the very case that Toban is asked.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.core.reading.faults import DocumentInvalid
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.model import Hold, ScheduleDocument

WEEK = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")


def schedule(
    zone: str = "Asia/Tokyo", *, lead: int = 0, days: list[str] = WEEK, **more: Any
) -> ScheduleDocument:
    window = {"name": "night", "mode": "night", "days": days, "begin": "22:00", "end": "08:00"}
    text = {
        "version": 1,
        "environment": "dev",
        "zone": zone,
        "lead_minutes": lead,
        "modes": {"night": {"nodegroups": 1}, "stop": {"nodegroups": 0, "workloads": "stopped"}},
        "windows": [window],
        **more,
    }
    return parse_schedule(json.dumps(text))


def tokyo(day: int, hour: int, minute: int = 0, *, month: int = 1) -> datetime:
    """January 2027: the 4th is a Monday, the 8th a Friday."""
    return datetime(2027, month, day, hour, minute, tzinfo=TOKYO)


def c7n_acts(on_hour: int, now: datetime) -> bool:
    return now.hour == on_hour


def test_c7n_window_lost_when_the_on_hour_is_missed() -> None:
    runs = [tokyo(5, hour, 5) for hour in range(24) if hour != 8]
    assert not any(c7n_acts(8, now) for now in runs), "the rule that acts in one hour only never acts"
    later = [desired(schedule(), now=now).mode for now in runs if now.hour > 8]
    assert later[0] == "awake"


def test_c7n_gap_hour_runs_never_and_repeated_hour_runs_twice() -> None:
    spring = [datetime(2027, 3, 14, 4, tzinfo=UTC) + timedelta(hours=n) for n in range(6)]
    autumn = [datetime(2027, 11, 7, 4, tzinfo=UTC) + timedelta(hours=n) for n in range(6)]
    assert sum(c7n_acts(2, now.astimezone(NEW_YORK)) for now in spring) == 0
    assert sum(c7n_acts(1, now.astimezone(NEW_YORK)) for now in autumn) == 2
    for end, nights in (("02:00", spring), ("01:00", autumn)):
        window = {"name": "night", "mode": "night", "days": WEEK, "begin": "22:00", "end": end}
        document = schedule("America/New_York", windows=[window])
        modes = [desired(document, now=now).mode for now in nights]
        assert modes == sorted(modes, reverse=True), "it wakes once and stays awake"
        assert {"night", "awake"} == set(modes)


def test_c7n_clock_read_per_resource_straddles_the_hour() -> None:
    documents = {"dev": schedule()}
    edge = tokyo(5, 22)
    reads = [edge - timedelta(milliseconds=1), edge]
    assert len({desired(documents["dev"], now=now).mode for now in reads}) == 2, "a clock read per resource"
    assert len({desired(documents["dev"], now=edge).mode for _ in range(100)}) == 1, "one instant for all"


def test_c7n_skip_days_from_looks_the_calendar_up_once_for_each_resource() -> None:
    holidays = {"name": "company", "mode": "stop", "dates": {"2027-01-05": "anniversary"}, "years": [2027]}
    document = schedule(calendars=[holidays])
    answers = {desired(document, now=tokyo(5, 12)).mode for _ in range(10_000)}
    assert answers == {"stop"}
    assert len(document.worked_out) == 1, "the document is worked out once, whatever the number of resources"


def test_c7n_aliases_mean_another_place_than_people_think() -> None:
    for alias in ("ist", "IST", "est", "EST", "CST"):
        with pytest.raises(DocumentInvalid, match="write a place"):
            schedule(alias)


def keda_awake(now: datetime) -> bool:
    """Start `0 8 * * 1-5`, end `10 22 * * 0-4`: awake when the next end comes before the next start."""

    def following(weekdays: set[int], hour: int, minute: int) -> datetime:
        steps = (now + timedelta(minutes=step) for step in range(1, 9 * 1440))
        return next(s for s in steps if s.weekday() in weekdays and (s.hour, s.minute) == (hour, minute))

    return following({6, 0, 1, 2, 3}, 22, 10) < following({0, 1, 2, 3, 4}, 8, 0)


def test_keda_4677_up_from_friday_night_to_sunday_because_the_weekday_sets_differ() -> None:
    sunday = tokyo(10, 12)
    assert not keda_awake(tokyo(5, 23)), "the rule works in the middle of the week"
    assert keda_awake(tokyo(8, 23)), "on Friday night the next end is Sunday's, before Monday's start"
    assert keda_awake(sunday)
    weekend = {
        "name": "weekend",
        "mode": "stop",
        "days": ["Fri"],
        "begin": "22:10",
        "end": "08:00",
        "end_day": "Mon",
    }
    nights = {
        "name": "night",
        "mode": "night",
        "days": ["Mon", "Tue", "Wed", "Thu"],
        "begin": "22:10",
        "end": "08:00",
    }
    document = schedule(windows=[nights, weekend])
    friday = desired(document, now=tokyo(8, 22, 10))
    assert (friday.mode, friday.next_change) == ("stop", tokyo(11, 8))
    assert desired(document, now=sunday).mode == "stop"


def kube_green_wakes(due: datetime, now: datetime) -> bool:
    return timedelta(0) <= now - due < timedelta(seconds=60)


def test_kube_green_sixty_second_edge_is_lost_when_the_controller_is_down() -> None:
    due = tokyo(4, 8)
    down_until = tokyo(4, 8, 5)
    assert not kube_green_wakes(due, down_until), (
        "an edge of sixty seconds is lost, and the next one is tomorrow's"
    )
    assert desired(schedule(), now=down_until).mode == "awake"


def pkd_reads(span: str) -> bool:
    return re.fullmatch(r"[a-zA-Z]{3}-[a-zA-Z]{3} \d\d:\d\d-\d\d:\d\d (?P<tz>[a-zA-Z/_]+)", span) is not None


def test_pkd_accepts_0800_to_2599() -> None:
    assert pkd_reads("Mon-Fri 08:00-25:99 Asia/Tokyo")
    for end in ("25:99", "24:01", "08:60", "8:00"):
        with pytest.raises(DocumentInvalid, match=r"windows\[0\].end"):
            schedule(windows=[{"name": "n", "mode": "night", "days": WEEK, "begin": "22:00", "end": end}])


def test_pkd_refuses_etc_gmt_plus_3() -> None:
    assert not pkd_reads("Mon-Fri 08:00-20:00 Etc/GMT+3")
    assert desired(schedule("Etc/GMT+3"), now=datetime(2027, 1, 5, 1, tzinfo=UTC)).asleep


def pkd_matches(begin: int, end: int, hour: int) -> bool:
    return begin <= hour < end


def test_pkd_a_window_across_midnight_silently_never_matches() -> None:
    assert not any(pkd_matches(22, 8, hour) for hour in range(24))
    asleep = [hour for hour in range(24) if desired(schedule(), now=tokyo(5, hour)).asleep]
    assert asleep == [*range(8), 22, 23]


def test_instance_scheduler_refuses_begin_after_end() -> None:
    assert desired(schedule(), now=tokyo(5, 3)).reason == 'window "night" (Mon 22:00 to Tue 08:00)'


def test_instance_scheduler_misses_a_change_at_midnight_because_the_end_is_a_day_too_early() -> None:
    for end in ("24:00", "00:00"):
        window = {"name": "n", "mode": "night", "days": ["Mon"], "begin": "22:00", "end": end}
        assert desired(schedule(windows=[window]), now=tokyo(4, 23)).next_change == tokyo(5, 0)


def test_instance_scheduler_162_stopped_at_the_hour_of_utc() -> None:
    assert not desired(schedule("America/New_York"), now=datetime(2027, 1, 5, 22, tzinfo=UTC)).asleep
    assert desired(schedule("America/New_York"), now=datetime(2027, 1, 5, 22, tzinfo=NEW_YORK)).asleep


def test_gokubedownscaler_per_calendar_day_leaves_friday_after_midnight_awake() -> None:
    """`days` names the day on which a window begins, so Friday's window holds on Saturday morning too."""
    document = schedule(days=["Fri"])
    assert desired(document, now=tokyo(9, 3)).asleep
    assert not desired(document, now=tokyo(8, 3)).asleep


def test_kube_green_332_a_weekend_is_one_block() -> None:
    weekend = {
        "name": "weekend",
        "mode": "stop",
        "days": ["Fri"],
        "begin": "22:00",
        "end": "08:00",
        "end_day": "Mon",
    }
    document = schedule(windows=[weekend])
    assert [desired(document, now=tokyo(day, 12)).mode for day in range(8, 12)] == [
        "awake",
        "stop",
        "stop",
        "awake",
    ]


def test_instance_scheduler_206_a_public_holiday_is_no_working_day() -> None:
    dates = {"2027-04-29": "Showa Day", "2027-05-03": "Constitution Day"}
    calendar = {"name": "jp", "mode": "stop", "country": "JP", "years": [2027], "dates": dates}
    document = schedule(calendars=[calendar])
    holiday = desired(document, now=tokyo(29, 12, month=4))
    assert holiday.mode == "stop"
    assert holiday.since == tokyo(28, 22, month=4)
    assert holiday.next_change == tokyo(30, 8, month=4)
    assert "Showa Day" in holiday.reason


def test_karpenter_1939_outside_a_window_does_not_read_the_other_way_round() -> None:
    state = desired(schedule(windows=[]), now=tokyo(5, 3))
    assert (state.mode, state.next_change, state.since) == ("awake", None, None)


def test_instance_scheduler_59_an_override_ends_by_itself() -> None:
    hold = Hold(
        id="h", kind="keep_awake", owner="o", reason="release", begins=tokyo(5, 21), expires=tokyo(5, 23)
    )
    held = desired(schedule(), holds=[hold], now=tokyo(5, 22, 30))
    assert (held.mode, held.next_change, held.hold) == ("awake", tokyo(5, 23), "h")
    assert desired(schedule(), holds=[hold], now=tokyo(5, 23)).mode == "night"


def test_slash_infra_61_a_maximum_of_zero_is_refused_before_the_night_and_not_by_aws_in_it() -> None:
    group = {"name": "g", "instance_type": "t3.medium", "min": 0, "desired": 0, "max": 0}
    with pytest.raises(DocumentInvalid, match="from 1 to 450, not 0"):
        schedule(targets=[{"name": "t", "cluster": "c", "nodegroups": [group]}])
