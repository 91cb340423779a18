"""The report draws what was observed against what was planned, in one file that needs nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from twin.report import page
from twin.report.chart import step_chart
from twin.report.story import Band, EnvironmentStory, Run, Savings, Series, Step, Story, Verdict
from twin.timeline import Entry

if TYPE_CHECKING:
    from pathlib import Path

TOKYO = ZoneInfo("Asia/Tokyo")
BEGIN = datetime(2026, 12, 7, 3, 0, tzinfo=UTC)
NIGHT = datetime(2026, 12, 7, 13, 0, tzinfo=UTC)
DAWN = datetime(2026, 12, 7, 23, 0, tzinfo=UTC)
END = BEGIN + timedelta(days=1)
NODES = Series("ready nodes", ((BEGIN, 3), (NIGHT, 1), (DAWN, 3)))


def story(*, reason: str = "the night window began", entries: tuple[Entry, ...] = ()) -> Story:
    run = Run(
        "run-1",
        "dev",
        "night",
        NIGHT,
        NIGHT + timedelta(minutes=6),
        "SUCCEEDED",
        reason,
        (Step("PlanNight", NIGHT, NIGHT + timedelta(seconds=1), "sleep"),),
    )
    dev = EnvironmentStory(
        name="dev",
        cluster="sre-portfolio-cluster-dev",
        bands=(Band(NIGHT, DAWN, "minimum", "night"),),
        nodes=NODES,
        pods=Series("ready pods", ((BEGIN, 7), (NIGHT, 2), (DAWN, 7))),
        runs=(run,),
        quiet_runs=143,
        savings=Savings(20.0, 1.09, 3.92, ("t3.medium $0.0544 an hour: a price list, 2026",)),
    )
    return Story(
        "Quiet week",
        "A story.",
        BEGIN,
        END,
        "Asia/Tokyo",
        (dev,),
        (Verdict("Nodes were ready at 08:00.", held=True, seen="07:49"),),
        (("runs", "144"),),
        entries,
    )


def test_a_series_keeps_its_value_until_the_next_point() -> None:
    assert NODES.at(BEGIN) == 3
    assert NODES.at(NIGHT - timedelta(seconds=1)) == 3
    assert NODES.at(NIGHT) == 1
    assert NODES.at(END) == 3


def test_hours_below_a_level_are_counted_once_per_missing_unit() -> None:
    # Two nodes fewer for the ten hours from 22:00 to 08:00.
    assert NODES.hours_below(3, BEGIN, END) == pytest.approx(20.0)
    assert NODES.hours_below(1, BEGIN, END) == 0


def test_a_chart_is_well_formed_and_marks_each_local_midnight() -> None:
    svg = step_chart(
        NODES, bands=[Band(NIGHT, DAWN, "minimum", "a <night> & more")], begin=BEGIN, end=END, zone=TOKYO
    )

    root = ET.fromstring(svg)  # noqa: S314 -- our own text
    assert len(root.findall("line[@class='day']")) == 1
    titles = [title.text or "" for title in root.iter("title")]
    assert any("Mon 22:00 to Tue 08:00" in text and "a <night> & more" in text for text in titles)
    assert any("Mon 07 Dec 22:00:00: 1 ready nodes" in text for text in titles)


def test_a_day_of_a_clock_change_is_drawn_with_the_hours_it_has() -> None:
    zone = ZoneInfo("America/New_York")
    begin = datetime(2026, 10, 31, 4, 0, tzinfo=UTC)
    svg = step_chart(
        Series("n", ((begin, 1),)), bands=[], begin=begin, end=begin + timedelta(days=3), zone=zone
    )

    marks = [float(place) for place in re.findall(r'class="day" x1="([\d.]+)"', svg)]
    assert marks[1] - marks[0] == pytest.approx((marks[2] - marks[1]) * 24 / 25, rel=0.01)


def test_the_page_tells_expectations_runs_reasons_and_money() -> None:
    html = page.render(story())

    for words in (
        "Quiet week",
        "Nodes were ready at 08:00.",
        "held",
        "the night window began",
        "$1.09",
        "143 quiet ticks",
    ):
        assert words in html


def test_the_page_escapes_what_came_from_outside() -> None:
    html = page.render(story(reason="<script>alert(1)</script>"))

    assert "<script>alert" not in html


def test_the_page_fetches_nothing(tmp_path: Path) -> None:
    html = page.write(story(), tmp_path / "new" / "report.html").read_text(encoding="utf-8")

    assert not re.search(r"""(src|href)\s*=|https?://|@import|url\(""", html)


def test_quiet_ticks_are_left_out_of_the_listed_timeline() -> None:
    entries = (
        Entry(BEGIN, "machine", "toban-dev", "started", run="quiet"),
        Entry(NIGHT, "machine", "toban-dev", "started", run="run-1"),
        Entry(NIGHT, "page", "ops", "drain blocked"),
    )

    assert [entry.run for entry in page.notable(story(entries=entries))] == ["run-1", ""]
