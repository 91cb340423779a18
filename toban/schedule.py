"""`toban schedule`: what a schedule document means, checked, explain_all, simulated and compared.

Exit codes: 0 answered; 1 a document is refused; 2 an argument or a line of the input is wrong.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from functions.night_scaling.actions.apply import apply_schedule
from functions.night_scaling.policy.lead import learned_lead, wakes_of
from functions.night_scaling.policy.short_sleeps import short_sleeps
from functions.night_scaling.schedule.coverage import coverage_problems, coverage_warnings
from functions.night_scaling.schedule.model import ScheduleDocument
from toban.control import Environment, Twin, control
from toban.schedules.explain import answer, explain_all
from toban.schedules.files import as_json, load_or_exit
from toban.schedules.instants import read_holds
from toban.schedules.picture import draw, save
from toban.schedules.year import bounds, differences, group_differences

app = typer.Typer(no_args_is_help=True, help=__doc__)

ScheduleFile = Annotated[Path, typer.Option("--schedule", help="Schedule document, JSON or YAML.")]
Year = Annotated[int, typer.Option(min=2000, max=2198, help="Year of the document's zone.")]


@app.command()
def check(file: Annotated[Path, typer.Argument(help="Schedule document, JSON or YAML.")]) -> None:
    """Check a document by the control plane's own rules.

    Prints a summary and exits 0, or each fault as `FILE:line: path: sentence` and exits 1.

    Example: toban schedule check functions/night_scaling/schedules/dev.json
    """
    document = load_or_exit(file)
    now = datetime.now(UTC)  # noqa: TID251 - the command line is the shell: it may read the clock
    for sentence in (*coverage_problems(document, now=now), *coverage_warnings(document, now=now)):
        typer.echo(f"{file}: warning: {sentence}", err=True)
    dates = sum(len(calendar.dates) for calendar in document.calendars)
    typer.echo(
        f"{file}: good: {document.environment}, {document.zone.key}, {len(document.windows)} windows, "
        f"{dates} calendar dates, {len(document.freezes)} freezes, {len(document.targets)} targets"
    )


@app.command()
def apply(
    environment: Environment,
    file: Annotated[Path, typer.Argument(help="Schedule document, JSON or YAML.")],
    twin: Twin = None,
) -> None:
    """Put a document in force, without deploying code; one with a fault is refused and nothing changes.

    The next tick follows it, within ten minutes. Look first with `toban schedule diff`.

    Example: toban schedule apply dev dev.json
    """
    document = load_or_exit(file)
    if document.environment != environment:
        typer.echo(f"{file} is written for {document.environment}, not for {environment}", err=True)
        raise typer.Exit(2)
    with control(environment, twin) as reached:
        apply_schedule(reached.table, environment, as_json(file))
        view = reached.view()
        lead = learned_lead(document.lead, wakes_of(view.record))
        for short in short_sleeps(document, lead=lead, now=view.now):
            typer.echo(f"{file}: warning: {short.sentence(document, lead)}", err=True)
    typer.echo(f"{file} is in force for {environment}; the next tick follows it")


@app.command()
def explain(
    schedule: ScheduleFile,
    at: Annotated[list[str] | None, typer.Option(help="Instant, ISO 8601; may stand several times.")] = None,
    holds: Annotated[Path | None, typer.Option(help="JSON list of holds to take into account.")] = None,
) -> None:
    """Say what holds at instants, and why, as one JSON object a line.

    Instants come from --at, else from standard input, one a line; at a terminal the present moment is used.
    An instant without an offset is read on the wall clock of the document's zone. A bad one is named on
    standard error, the others are still answered, and the exit code is 2.

    Example: toban schedule explain --schedule dev.json --at 2027-01-04T22:00
    """
    document = load_or_exit(schedule)
    try:
        known = read_holds(holds, document) if holds else ()
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if not at and sys.stdin.isatty():
        typer.echo(answer(document, known, datetime.now(UTC)))  # noqa: TID251 - the shell may read the clock
        return
    places = ((f"--at {n}", text) for n, text in enumerate(at or [], start=1))
    lines = ((f"line {n}", text) for n, text in enumerate(sys.stdin, start=1))
    wrong = False
    for line, complaint in explain_all(document, known, places if at else lines):
        typer.echo(line or complaint, err=line is None)
        wrong = wrong or line is None
    if wrong:
        raise typer.Exit(2)


@app.command()
def simulate(
    schedule: ScheduleFile,
    year: Year,
    report: Annotated[
        Path | None, typer.Option(help="Also write the picture to FILE.html or FILE.svg.")
    ] = None,
) -> None:
    """Run the production policy over a year: calendar, hours, money and the floor that never sleeps.

    Example: toban schedule simulate --schedule dev.json --year 2027 --report build/dev-2027.svg
    """
    if report and report.suffix not in {".html", ".svg"}:
        typer.echo(f"{report}: a report is an .html or an .svg file", err=True)
        raise typer.Exit(2)
    document = load_or_exit(schedule)
    for sentence in coverage_problems(document, now=bounds(year, document.zone)[0]):
        typer.echo(f"warning: {sentence}", err=True)
    Console().print(draw(document, year))
    if report:
        save(document, year, report)
        typer.echo(f"written: {report}")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Document in force.")],
    new: Annotated[Path, typer.Argument(help="Document that would follow it.")],
    year: Year = 2027,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,  # noqa: FBT002 - a flag of the command line
) -> None:
    """Say which hours of a year change between two documents, alike ones together.

    Example: toban schedule diff dev.json dev-new.json --year 2027
    """
    before, after = load_or_exit(old), load_or_exit(new)
    found = list(differences(before, after, year))
    groups = group_differences(found, after.zone)
    modes = _changed_modes(before, after)
    hours = sum(group.hours for group in groups)
    if as_json:
        listed = [{**asdict(group), "first": str(group.first), "last": str(group.last)} for group in groups]
        typer.echo(
            json.dumps({"year": year, "hours": hours, "changes": listed, "modes": modes}, ensure_ascii=False)
        )
        return
    for group in groups:
        times = (
            f"{group.times} times, {group.first} to {group.last}"
            if group.times > 1
            else f"once, on {group.first}"
        )
        typer.echo(f"{group.when}: {group.old} becomes {group.new}, {times}, {group.hours:,.1f} hours")
    for sentence in modes:
        typer.echo(sentence)
    typer.echo(f"{hours:,.1f} hours of {year} change" if groups else f"no hour of {year} changes")


def _changed_modes(before: ScheduleDocument, after: ScheduleDocument) -> list[str]:
    return [
        f'mode "{name}": {before.modes[name]} becomes {layers}'
        for name, layers in after.modes.items()
        if name in before.modes and before.modes[name] != layers
    ]


@app.command()
def holidays(
    country: Annotated[str, typer.Argument(help="ISO 3166 code, such as JP.")],
    years: Annotated[list[int], typer.Option("--year", help="Year; may stand several times.")],
    subdivision: Annotated[str | None, typer.Option(help="Part of the country.")] = None,
) -> None:
    """Print a country's public holidays as the `years` and `dates` of a calendar, to be reviewed and stored.

    Example: toban schedule holidays JP --year 2027 --year 2028
    """
    import holidays as library  # noqa: PLC0415 - only this command needs it, and it is slow to import

    try:
        found = library.country_holidays(country, subdiv=subdivision, years=sorted(set(years)))
    except (NotImplementedError, KeyError, ValueError) as error:
        typer.echo(f"no public holidays are known for {country} {subdivision or ''}: {error}", err=True)
        raise typer.Exit(2) from error
    if country == "JP":
        found = library.country_holidays(country, years=sorted(set(years)), language="en_US")
    dates = {day.isoformat(): name for day, name in sorted(found.items())}
    typer.echo(json.dumps({"years": sorted(set(years)), "dates": dates}, ensure_ascii=False, indent=2))
