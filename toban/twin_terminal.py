"""What the twin's commands share at the terminal: showing an entry, reading a date, refusing a question."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from twin.play import ScenarioResult
    from twin.timeline import Entry

TEMPLATE = Path("template.yaml")

COLOURS = {
    "decision": "bold cyan",
    "nodegroup": "blue",
    "node": "green",
    "database": "magenta",
    "notice": "yellow",
    "page": "bold red",
}
"""What the terminal shows while it runs, and how; the report has the rest."""


def entry_line(entry: Entry, zone: ZoneInfo) -> Text | None:
    """Returns the terminal's line for an entry; None for one that the terminal leaves out."""
    if entry.kind not in COLOURS or (entry.kind == "decision" and entry.what == "nothing"):
        return None
    line = Text(f"{entry.at.astimezone(zone):%a %d %b %H:%M:%S}  ", style="dim")
    line.append(f"{entry.kind:<10}", style=COLOURS[entry.kind])
    line.append(f" {entry.subject}  {entry.what}", style="default")
    if entry.why:
        line.append(f"  ({entry.why.splitlines()[0]})", style="dim")
    return line


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


@contextmanager
def failing_with_a_sentence(*errors: type[Exception]) -> Iterator[None]:
    """Ends the command with exit code 1, and a line for each problem of a template or for one of `errors`."""
    from twin.cloudformation import TemplateError  # noqa: PLC0415 -- the twin's libraries are loaded when they are needed

    try:
        yield
    except TemplateError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    except errors as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def refuse_missing(template: Path) -> None:
    """Ends the command because there is no such template."""
    if not template.is_file():
        refuse(f"{template} is no file: name a template with --template")


def read_date(text: str | None) -> date | None:
    """Reads the value of `--from`; what is no date ends the command."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"--from {text!r} is no date: write it as YYYY-MM-DD")


def refuse(sentence: str) -> NoReturn:
    """Ends the command because the question itself was wrong."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)
