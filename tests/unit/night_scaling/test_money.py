"""The ledger: what was observed off, by team; the month's report; and word when a plan does not save."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from functions.night_scaling.bundled import bundled_prices
from functions.night_scaling.policy import ledger
from functions.night_scaling.policy.ledger import Ledger, Month, Night
from functions.night_scaling.policy.savings import report
from tests.fakes.world import World
from tests.unit.night_scaling.nights import EVENING, FRIDAY, MONDAY, TICK, tick

TOKYO = ZoneInfo("Asia/Tokyo")


def ticks(world: World, begin: datetime, end: datetime) -> None:
    at = begin
    while at <= end:
        tick(world, at)
        at += TICK


def booked(world: World) -> dict[str, Any]:
    return dict(world.table.recall("dev").note(ledger.NOTE).values)


def test_a_night_books_the_node_hours_that_were_off_to_the_team_of_the_group() -> None:
    world = World()
    world.nodegroups.groups["primary"] = world.nodegroups.groups["primary"]._replace(team="web")
    ticks(world, EVENING, EVENING + timedelta(hours=10))
    saved = booked(world)["saved"]["web|t3.medium"] / 3600
    assert 9.3 <= saved <= 9.7, "one node, from ten past ten to twenty to eight"
    assert booked(world)["wakes"] == 1
    assert not world.pager.pages


def test_a_weekend_books_nodes_and_the_one_copy_of_devs_database() -> None:
    world = World()
    ticks(world, FRIDAY, MONDAY + timedelta(minutes=20))
    hours = {key: seconds / 3600 for key, seconds in booked(world)["saved"].items()}
    assert 170 <= hours["|t3.medium"] <= 174, "three nodes for 57.5 hours"
    assert 56 <= hours["|db.t3.micro"] <= 58, "dev has no standby"


def test_a_month_that_is_over_is_reported_once_with_its_money_and_the_floor_that_never_sleeps() -> None:
    world = World()
    november = datetime(2026, 11, 30, 22, 0, tzinfo=TOKYO)
    ticks(world, november, november + timedelta(hours=10))
    reports = [detail for what, detail in world.announcer.events if what == "Night Savings Report"]
    assert [one["month"] for one in reports] == ["2026-11"]
    found = reports[0]
    assert 0.08 <= found["saved_usd"] <= 0.11, "one t3.medium for not quite two hours"
    assert found["never_sleeps_usd"] > 100
    assert {"2 x NAT gateway", "1 x EKS control plane"} <= {each["what"] for each in found["never_sleeps"]}
    assert found["prices_of"] == "2026-11-24"


def test_a_plan_that_does_not_save_is_told_once_a_night() -> None:
    """slash-infra#61: for days every call of the evening was refused while the morning's succeeded."""
    world = World()
    world.nodegroups.retire = lambda _instance: False
    ticks(world, EVENING, EVENING + timedelta(hours=6))
    unsaved = [message for subject, message in world.notices.pages if "planned but not saved" in subject]
    assert len(unsaved) == 1
    assert "instance hours were to be off, and 0.0 were" in unsaved[0]


def test_a_quiet_day_writes_nothing_into_the_ledger() -> None:
    world = World()
    ticks(world, EVENING - timedelta(hours=8), EVENING - timedelta(minutes=30))
    assert booked(world) == {}


def test_a_month_without_a_known_price_says_so() -> None:
    found = report("dev", Month("2027-02", {"web|x9.huge": 7200}, wakes=1), prices=bundled_prices())
    assert found["without_price"] == ["x9.huge"]
    assert found["lines"] == [
        {"team": "web", "what": "x9.huge", "hours": 2.0, "planned_hours": 0.0, "usd": 0.0}
    ]


steps = st.lists(
    st.tuples(st.integers(0, 90), st.booleans(), st.integers(0, 5), st.integers(0, 5)), max_size=40
)


@given(steps)
def test_what_is_booked_never_exceeds_what_was_off_and_doubled_ticks_add_nothing(
    steps: list[tuple[int, bool, int, int]],
) -> None:
    kept = Ledger()
    now = EVENING
    most = 0
    for minutes, asleep, off, planned in steps:
        now += timedelta(minutes=minutes)
        seen = ledger.Tick(asleep, "s", {"|t": off}, {"|t": planned})
        after = ledger.accrue(kept, seen, now=now, zone=TOKYO)
        most += 60 * minutes * off
        if after is None:
            continue
        kept = ledger.read_ledger(ledger.ledger_values(after))
        assert kept == after, "what is written is what is read"
        again = ledger.accrue(kept, seen, now=now, zone=TOKYO)
        assert again is None or (again.month and kept.month and again.month.saved == kept.month.saved)
    months = [month for month in (kept.month, kept.last) if month]
    assert sum(seconds for month in months for seconds in month.saved.values()) <= most


def test_a_sleep_is_judged_after_an_hour_and_not_before() -> None:
    night = Night(since="s", seconds=3599, saved=0, planned=7200)
    assert not ledger.is_unsaved(night)
    assert ledger.is_unsaved(night._replace(seconds=3600))
    assert not ledger.is_unsaved(night._replace(seconds=3600, saved=3600))
