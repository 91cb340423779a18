"""From the twin's week to pictures: plays it, puts it into a Prometheus, draws every board that we ship."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from toban.dashboards.build import FOLDER
from toban.dashboards.debian import program
from toban.dashboards.drawing import draw
from toban.dashboards.history import RULES, backfill
from toban.dashboards.server import Prometheus, Series, serving
from twin.monitoring.load import ZONE
from twin.monitoring.scraping import scraped
from twin.monitoring.week import Week, play_week

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from toban.cluster_bed.progress import Say

STEP = timedelta(minutes=10)
"""Between two points of a picture: a week has a thousand of them, about as many as a panel has pixels."""


def draw_week(output: Path, *, template: Path, days: int, say: Say) -> list[Path]:
    """Plays the week and writes one SVG a board; returns the files.

    Raises:
        NotDrawnError: a board asks for what is not drawn.
        BackfillError: promtool refused what the twin told.
        UnavailableError: Prometheus is not here and cannot be fetched.
        TemplateError: the control plane's template is wrong.
    """
    for name in ("prometheus", "promtool"):
        program(name)  # before a minute's work, not after it
    say(f"plays {days} days of production in the twin")
    week = play_week(template, days=days, on_progress=_each_day(say))
    say("puts them into a Prometheus")
    with backfilled(week) as prometheus:
        say("draws")
        return draw_boards(output, prometheus, week.begin, week.end)


def _each_day(say: Say) -> Callable[[datetime], None]:
    """Says each day that begins."""
    told: list[str] = []

    def progress(now: datetime) -> None:
        day = f"{now.astimezone(ZONE):%a %d %b}"
        if day not in told:
            told.append(day)
            say(f"  {day}")

    return progress


@contextmanager
def backfilled(week: Week) -> Iterator[Prometheus]:
    """Runs a Prometheus that remembers the week and what our rules recorded of it."""
    with tempfile.TemporaryDirectory(prefix="toban-week-") as name:
        folder = Path(name)
        scraped(week).write(folder / "week.txt")
        backfill(folder / "week.txt", folder / "blocks", begin=week.begin, end=week.end)
        (folder / "week.txt").unlink()
        with serving(folder / "blocks", RULES) as prometheus:
            yield prometheus


def draw_boards(output: Path, prometheus: Prometheus, begin: datetime, end: datetime) -> list[Path]:
    """Writes one SVG for each board that the manifests ship, from what Prometheus answers; returns the files.

    Raises:
        NotDrawnError: a board asks for what is not drawn; the boards before it are written.
    """

    def ask(query: str) -> list[Series]:
        return prometheus.query_range(query, begin, end, STEP)

    output.mkdir(parents=True, exist_ok=True)
    files = []
    for board in sorted(FOLDER.glob("*.json")):
        read = json.loads(board.read_text(encoding="utf-8"))
        files.append(output / f"{board.stem}.svg")
        files[-1].write_text(draw(read, ask, begin=begin, end=end, step=STEP), encoding="utf-8")
    return files
