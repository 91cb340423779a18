"""Plays a scenario for a person: progress and timeline in the terminal, then verdicts and the report."""

from __future__ import annotations

import sys
import time as stopwatch
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from toban.twin_terminal import (
    TEMPLATE,
    conclude,
    entry_line,
    failing_with_a_sentence,
    read_date,
    refuse,
    refuse_missing,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.play import ScenarioResult
    from twin.scenarios import Scenario
    from twin.timeline import Entry

REPORTS = Path("build/twin")


def run(  # noqa: PLR0917 -- typer passes options by name
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="One of `toban twin list`.")],
    begin: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD; the scenario's own otherwise."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=366, help="How many days; the scenario's own otherwise.")
    ] = None,
    clusters: Annotated[
        int | None,
        typer.Option(min=10, max=1000, help="How many clusters a fleet has; the scenario's own otherwise."),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Fixes all that chance decides: the same seed gives the same bytes.")
    ] = 0,
    isolated: Annotated[  # noqa: FBT002 - a flag of the command line
        bool,
        typer.Option("--isolated", help="Run each handler in a process of its own, on AWS's runtime client."),
    ] = False,
    timeline: Annotated[Path | None, typer.Option(help="Where to write the timeline, as JSON lines.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Where to write the report; build/twin/SCENARIO.html otherwise.")
    ] = None,
    picture: Annotated[Path | None, typer.Option(help="Where to write an SVG of the nodes.")] = None,
    template: Annotated[
        Path, typer.Option(help="The control plane's template; samconfig.toml lies beside it.")
    ] = TEMPLATE,
) -> None:
    """Play a scenario in virtual time and judge what came of it.

    Exits with 0 when every expectation held, with 1 when one failed or the template is wrong, and with 2 when
    the question itself was wrong.

    Example: toban twin run quiet-week --days 7 --report build/week.html
    """
    from twin.errors import TwinFault  # noqa: PLC0415 -- the twin's libraries are loaded when they are needed
    from twin.play import play  # noqa: PLC0415
    from twin.world import DeploymentError  # noqa: PLC0415

    scenario = _scenario(name, clusters)
    first = read_date(begin)
    refuse_missing(template)
    start = partial(
        play,
        scenario,
        template=template,
        begin=first,
        days=days,
        clusters=clusters,
        seed=seed,
        isolated=isolated,
    )
    console = Console(file=sys.stdout, soft_wrap=True)  # handlers have a stdout of their own while they run
    begun = stopwatch.perf_counter()
    with failing_with_a_sentence(DeploymentError, TwinFault):
        result = _play(start, scenario, console, days)
    seconds = stopwatch.perf_counter() - begun
    conclude(console, result, seconds, _write(result, timeline, picture, report or REPORTS / f"{name}.html"))
    raise typer.Exit(0 if result.held else 1)


def _scenario(name: str, clusters: int | None) -> Scenario:
    from twin.scenarios import SCENARIOS  # noqa: PLC0415 -- as above

    scenario = SCENARIOS.get(name)
    if scenario is None:
        refuse(f"there is no scenario {name!r}; there are {', '.join(SCENARIOS)}")
    if clusters is not None and not scenario.fleet:
        refuse(f"{name} has no fleet: leave --clusters out, or play fleet-night")
    return scenario


def _write(result: ScenarioResult, timeline: Path | None, picture: Path | None, report: Path) -> Path:
    """Writes what was asked for, and the report; returns the report's path."""
    from twin.report import page  # noqa: PLC0415 -- as above
    from twin.report import picture as drawing  # noqa: PLC0415

    if timeline is not None:
        result.timeline.write(timeline)
    if picture is not None:
        drawing.write(result.story, picture)
    return page.write(result.story, report)


def _play(
    start: Callable[..., ScenarioResult], scenario: Scenario, console: Console, days: int | None
) -> ScenarioResult:
    """Starts the scenario, and shows how far it is and what happens."""
    from twin.judging import ZONE  # noqa: PLC0415 -- as above

    zone = ZoneInfo(ZONE)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("deploying the template", total=scenario.length(days) // timedelta(hours=1))

        def show(entry: Entry) -> None:
            text = entry_line(entry, zone) if entry.kind == "page" or not scenario.fleet else None
            if text is not None:
                progress.console.print(text)

        def advance(now: datetime) -> None:
            progress.update(task, advance=1, description=f"{now.astimezone(zone):%a %d %b %H:%M}")

        return start(on_entry=show, on_progress=advance)
