"""The page about monitoring shows every board, and its figures are the code's."""

import re
from pathlib import Path

from tests.cluster.monitoring.test_alerts import ALERTS
from toban.dashboards.boards import ALL
from twin.monitoring import load

PAGE = Path(__file__).resolve().parents[3] / "docs" / "capabilities" / "monitoring.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_page_shows_every_board_and_its_links_lead_somewhere() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)

    assert {Path(each).stem for each in shown} == {board.name for board in ALL}
    assert [each for each in re.findall(r"\]\(([^)#]+)\)", TEXT) if not (PAGE.parent / each).exists()] == []


def test_the_pages_figures_are_the_load_models() -> None:
    begun, lasts, times = load.RUSH
    said = {
        f"requests that never stop | {load.QUIET_RPS:g} a second",
        f"working day's peak adds | {load.BUSY_RPS:g} a second, at 10:30",
        f"Saturday and Sunday | {load.WEEKEND_SHARE:.0%}".replace("%", " %"),
        f"Thursday's rush | {times:g} times the usual",
        f"CPU of one request | {load.CPU_S * 1000:g} ms",
        f"median of an answer | {load.MEDIAN_S * 1000:g} ms",
        f"errors | {load.ERROR_SHARE * 100:g} % with a good release, {load.BAD_ERROR_SHARE * 100:g} %",
        f"On Wednesday at {load.BAD.begun:%H:%M} a bad release goes out; at {load.BAD.ended:%H:%M}",
        f"On Thursday from {begun:%H:%M} to {begun + lasts:%H:%M}",
        f"Each of the {len(ALERTS)} alerts",
    }

    assert {each for each in said if each not in TEXT} == set()
    assert [peak for peak, _, _ in load.PEAKS] == [10.5, 15, 20]
    assert load.BAD_SLOWNESS == 5
