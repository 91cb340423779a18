"""`toban chaos`: experiments checked, explained by facts, drawn up without being run, and judged.

Nothing here starts an experiment. Exit codes: 0 answered, whatever the answer is; 1 `check` refuses a
document, a finding's event does not count, or a fault needs FIS; 2 an argument, or a file that an answer
needs, is wrong.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from functions.chaos.bundled import bundled_experiments, bundled_schemas, read_schema
from functions.chaos.policy.blast_radius import asked_of
from functions.chaos.policy.document import parse_experiment
from functions.chaos.policy.guard import decide
from functions.chaos.policy.injection import fis_template, probe_alarms
from functions.chaos.policy.journal import journal
from functions.chaos.policy.verdict import judge
from functions.chaos.policy.without_fis import evictions
from functions.core.errors import SafetyRefusal
from functions.core.reading.faults import DocumentInvalid
from toban.documents import fault_lines, read_source
from toban.experiments.answers import answer_of
from toban.experiments.files import (
    read_experiment,
    read_facts,
    read_finding_events,
    read_policy,
    read_run,
)
from toban.experiments.listing import rows
from toban.experiments.page import page_of

app = typer.Typer(no_args_is_help=True, help=__doc__)

Document = Annotated[
    Path,
    typer.Argument(
        help="Experiment document, JSON or YAML; the name of a shipped one; - for standard input."
    ),
]
Policy = Annotated[Path | None, typer.Option(help="JSON of stricter numbers; those that ship when left out.")]


@app.command("list")
def list_experiments(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the shipped experiments: what each does, who must say yes, and what a passing run proves.

    Example: toban chaos list
    """
    found = rows()
    if as_json:
        _print(found)
        return
    for row in found:
        typer.echo(f"{row['name']:<18} {row['does']}; approval: {row['approval']}\n{'':<18} {row['proves']}")


@app.command()
def check(file: Document, *, policy: Policy = None) -> None:
    """Check a document by the control plane's own rules.

    Prints a summary and exits 0, or each fault as `FILE:line: path: sentence` and exits 1.

    Example: toban chaos check pod-kill
    """
    numbers = read_policy(policy)
    try:
        source = read_source(bundled_experiments().get(str(file), file))
    except DocumentInvalid as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        experiment = parse_experiment(source.json(), numbers=numbers)
    except DocumentInvalid as error:
        for line in fault_lines(source, error.faults):
            typer.echo(line, err=True)
        raise typer.Exit(1) from error
    typer.echo(
        f"{source.name}: good: {experiment.name}, {experiment.environment}, {experiment.fault.name} on "
        f"{experiment.target}, digest {experiment.digest}"
    )


@app.command()
def explain(
    file: Document,
    *,
    facts: Annotated[Path, typer.Option(help="JSON of facts; - for standard input.")],
    schedule: Annotated[
        Path | None, typer.Option(help="Schedule document, which then says what is closed.")
    ] = None,
    policy: Policy = None,
) -> None:
    """Say by facts whether an experiment may run: which gates refuse, whom it would hit, who must say yes.

    Prints JSON; `answer` is `run`, `refused`, `not_applicable` or `needs_approval`.

    Example: toban chaos explain pod-kill --facts facts.json
    """
    numbers = read_policy(policy)
    experiment = read_experiment(file)
    known = read_facts(facts, experiment, numbers, schedule=schedule)
    _print(answer_of(experiment, known, decide(experiment, known, numbers)))


@app.command()
def schema(name: Annotated[str, typer.Argument(help="experiment, facts, run, policy or findings.")]) -> None:
    """Print a published JSON schema, to write inputs from.

    Example: toban chaos schema experiment
    """
    if name not in bundled_schemas():
        typer.echo(f"there is no schema {name!r}; there are {', '.join(bundled_schemas())}", err=True)
        raise typer.Exit(2)
    _print(read_schema(name))


@app.command("dry-run")
def dry_run(
    file: Document,
    *,
    ready: Annotated[int, typer.Option(min=1, max=10_000, help="Ready pods or nodes to draw it up for.")] = 3,
    without_fis: Annotated[
        bool, typer.Option("--without-fis", help="Where FIS is absent: evictions, for pod-kill alone.")
    ] = False,
) -> None:
    """Print what would be asked of AWS and the cluster, and ask nothing: the alarms and the FIS template.

    Example: toban chaos dry-run latency
    """
    experiment = read_experiment(file)
    run = f"{experiment.name}-dry-run"
    hits = experiment.blast_radius.zones or asked_of(experiment.blast_radius, ready)
    drawn = {"run": run, "hits": hits, "alarms": probe_alarms(experiment, run)}
    if not without_fis:
        _print({**drawn, "fis": fis_template(experiment, run, hits=hits, ready=ready)})
        return
    try:
        found = evictions(experiment, [f"${{Pod{number}}}" for number in range(1, hits + 1)])
    except SafetyRefusal as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _print({**drawn, "evictions": found})


@app.command()
def report(
    file: Document,
    *,
    run: Annotated[Path, typer.Option(help="JSON record of the run; - for standard input.")],
    html: Annotated[Path | None, typer.Option(help="Also write the report as a page to this file.")] = None,
    policy: Policy = None,
) -> None:
    """Judge a run and print its journal in Chaos Toolkit's form, Toban's verdict beside it.

    Example: toban chaos report pod-kill --run run.json --html report.html
    """
    numbers = read_policy(policy)
    experiment = read_experiment(file)
    outcome = read_run(run)
    found = judge(experiment, outcome, numbers)
    written = journal(experiment, outcome, found)
    if html:
        try:
            html.write_text(page_of(experiment, outcome, written), encoding="utf-8")
        except OSError as error:
            typer.echo(f"{html}: cannot be written: {error.strerror}", err=True)
            raise typer.Exit(2) from error
    _print(written)


@app.command()
def findings(
    events: Annotated[Path, typer.Argument(help="JSON list of events, oldest first; - for standard input.")],
) -> None:
    """Print what is found and not over, after runs that ended and people who acknowledged.

    Example: toban chaos findings events.json
    """
    try:
        found = read_finding_events(events)
    except SafetyRefusal as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    _print([finding._asdict() for finding in found])


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
