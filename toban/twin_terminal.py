"""What the terminal shows of a twin: a line for each thing that happened, and at the end what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from twin.play import ScenarioResult
    from twin.timeline import Entry

COLOURS = {
    "decision": "bold cyan",
    "nodegroup": "blue",
    "node": "green",
    "database": "magenta",
    "notice": "yellow",
    "page": "bold red",
}
"""What the terminal shows while it runs, and how; the report has the rest."""


def line(entry: Entry, zone: ZoneInfo) -> Text | None:
    """Returns the terminal's line for an entry; None for one that the terminal leaves out."""
    if entry.kind not in COLOURS or (entry.kind == "decision" and entry.what == "nothing"):
        return None
    text = Text(f"{entry.at.astimezone(zone):%a %d %b %H:%M:%S}  ", style="dim")
    text.append(f"{entry.kind:<10}", style=COLOURS[entry.kind])
    text.append(f" {entry.subject}  {entry.what}", style="default")
    if entry.why:
        text.append(f"  ({entry.why.splitlines()[0]})", style="dim")
    return text


def conclude(console: Console, result: ScenarioResult, seconds: float, report: Path) -> None:
    """Prints the verdicts, how much was played in how many real seconds, and where the report lies."""
    console.print()
    for verdict in result.story.verdicts:
        text = Text("held    " if verdict.held else "FAILED  ", style="green" if verdict.held else "bold red")
        text.append(verdict.sentence, style="default")
        text.append(f" {verdict.seen}", style="dim")
        console.print(text)
    span = (result.story.end - result.story.begin) / timedelta(days=1)
    console.print(
        f"\n{span:g} virtual days in {seconds:.1f} s: {result.invocations:,} handler runs, "
        f"{len(result.timeline):,} entries in the timeline"
    )
    console.print(f"report: {report}")
