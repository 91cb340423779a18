"""A calendar that ran out reaches a person, through the same page as a broken document."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from functions.core.nodegroups import Size
from functions.night_scaling.actions.plan import plan
from functions.night_scaling.policy.active_schedule import APPLIED
from tests.fakes.eks import FakeNodegroups
from tests.fakes.world import SETTINGS, World

DEV = Path(__file__).parents[4] / "functions/night_scaling/schedules/dev.json"


def faults(years: list[int], now: datetime) -> tuple[str, ...]:
    document = json.loads(DEV.read_text("utf-8"))
    calendar = document["calendars"][0]
    calendar["years"] = years
    calendar["dates"] = {day: why for day, why in calendar["dates"].items() if int(day[:4]) in years}
    groups = {
        group["name"]: Size(group["min"], group["desired"], group["max"])
        for target in document["targets"]
        for group in target["nodegroups"]
    }
    world = World(settings=SETTINGS._replace(nodegroups=tuple(groups)), nodegroups=FakeNodegroups(groups))
    world.table.put_note("dev", APPLIED, {"document": json.dumps(document)})
    return plan(world, target="dev", execution="o", now=now).faults


def test_a_year_without_holidays_is_told_two_months_ahead_and_once_it_has_begun() -> None:
    new_year = datetime(2027, 12, 31, 15, tzinfo=UTC)
    assert faults([2026, 2027], new_year - timedelta(days=62)) == ()
    assert "add the dates of 2028 before 2028-01-01" in faults([2026, 2027], new_year - timedelta(days=50))[0]
    assert "covers 2026 to 2027, not 2028" in faults([2026, 2027], new_year)[0]
    assert faults([2026, 2027, 2028], new_year) == ()
