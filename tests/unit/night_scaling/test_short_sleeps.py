"""A sleep that wakes have outgrown never comes: the team is told once, and such a hold is refused."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from functions.night_scaling.policy import lead
from functions.night_scaling.policy.active_schedule import APPLIED, find_active
from functions.night_scaling.policy.short_sleeps import KIND, short_sleeps
from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.holds import HoldChangesNothing, place_hold
from tests.fakes.world import World
from tests.unit.night_scaling.nights import TICK, tick
from tests.unit.night_scaling.worlds import with_document
from toban import schedule, status
from toban.control import View

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)
"""Tuesday noon in Tokyo."""
LUNCH = {"name": "lunch", "mode": "night", "days": ["Mon", "Tue", "Wed"], "begin": "12:30", "end": "13:30"}
NIGHT = {"name": "weeknight", "mode": "night", "days": ["Tue"], "begin": "22:00", "end": "08:00"}
SLOW = [70 * 60] * lead.ENOUGH
"""Wakes of seventy minutes, so that a lead of eighty is learned."""


def world(wakes: list[int]) -> World:
    made = with_document(World(), {"windows": [LUNCH, NIGHT]})
    made.table.put_note("dev", lead.NOTE, {"seconds": wakes})
    return made


def short(made: World) -> list[tuple[str, str]]:
    return [page for page in made.notices.pages if "too short to sleep" in page[0]]


def test_a_window_that_wakes_have_outgrown_is_told_once_as_a_notice_and_its_end_once() -> None:
    made = world(SLOW)
    for number in range(6):
        tick(made, NOON + number * TICK)
    [(subject, text)] = short(made)
    assert subject == 'Toban dev: window "lunch" is too short to sleep'
    assert "next on Tue 2026-11-24 12:30 (Asia/Tokyo)" in text
    assert "80 minutes" in text
    assert "weeknight" not in text
    assert not made.pager.pages
    assert made.nodegroups.groups["primary"].size.desired == 3, "an opening comes before a saving"
    made.table.put_note("dev", lead.NOTE, {"seconds": [60] * lead.ENOUGH})
    for number in range(1, 4):
        tick(made, NOON + timedelta(hours=2) + number * TICK)
    ends = [text for subject, text in made.notices.pages if "over since" in subject]
    assert len(ends) == 1
    assert 'window "lunch" is too short to sleep' in ends[0]


def test_a_lead_that_fits_tells_nobody() -> None:
    made = world([60] * lead.ENOUGH)
    tick(made, NOON)
    assert not short(made)
    assert not [key for key in made.table.recall("dev").pages if key.startswith(KIND)]


def test_each_that_asks_for_a_sleep_is_named_once_and_none_that_sleeps() -> None:
    document = parse_schedule(
        json.dumps(
            {
                "version": 1,
                "environment": "dev",
                "zone": "Asia/Tokyo",
                "modes": {"night": {"workloads": "stopped"}},
                "windows": [LUNCH, NIGHT],
                "freezes": [
                    {
                        "name": "audit",
                        "mode": "night",
                        "reason": "x",
                        "begin": "2026-11-26T10:00",
                        "end": "2026-11-26T11:00",
                    }
                ],
            }
        )
    )
    found = short_sleeps(document, lead=timedelta(minutes=80), now=NOON)
    assert [one.name for one in found] == ['window "lunch"', 'freeze "audit"']
    assert not short_sleeps(document, lead=timedelta(minutes=59), now=NOON)
    assert not short_sleeps(document, lead=document.lead, now=NOON)


def test_a_hold_that_would_be_shorter_than_a_learned_lead_is_refused() -> None:
    document = parse_schedule(
        json.dumps(
            {
                "version": 1,
                "environment": "dev",
                "zone": "Asia/Tokyo",
                "modes": {"night": {"workloads": "stopped"}},
            }
        )
    )

    def hold(learned: timedelta | None) -> object:
        return place_hold(
            document,
            existing=(),
            hold_id="aoi-1",
            kind="sleep_now",
            owner="aoi",
            reason="nobody is here",
            until=NOON + timedelta(hours=1),
            now=NOON,
            lead=learned,
        )

    assert hold(None)
    with pytest.raises(HoldChangesNothing, match="longer than the 80 minutes of a wake"):
        hold(timedelta(minutes=80))


def test_status_names_the_window_and_apply_warns_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = world(SLOW)
    record = made.table.recall("dev")
    choice = find_active(record, environment="dev", bundled=None)
    view = View(record, choice, NOON)
    reached = SimpleNamespace(environment="dev", table=made.table, view=lambda: view)
    [line] = status.summary(reached, view)["too_short"]  # type: ignore[arg-type] # as far as it is asked
    assert line.startswith('window "lunch" never sleeps, next on Tue 2026-11-24 12:30 (Asia/Tokyo): a wake')
    file = tmp_path / "dev.json"
    file.write_text(str(record.note(APPLIED).values["document"]), "utf-8")
    monkeypatch.setattr(schedule, "control", lambda *_: nullcontext(reached))
    done = CliRunner().invoke(schedule.app, ["apply", "dev", str(file)])
    assert done.exit_code == 0, done.output
    assert 'warning: window "lunch" never sleeps' in done.output
    assert "is in force for dev" in done.output
