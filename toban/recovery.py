"""`toban recovery`: what a restore has proved, and what a recovery may do next; it acts on nothing.

Exit codes: 0 answered; of `judge`, 0 PASS, 1 FAIL, 3 INCONCLUSIVE; 2 an input is wrong; of
`preflight` 1 red; of `manifest` and `look`, 1 the database does not answer.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

from functions.core.reading.records import published
from functions.disaster_recovery.policy.durations import DURATIONS, read_durations
from functions.disaster_recovery.policy.explained import explained
from functions.disaster_recovery.policy.explained_shape import EXPLAINED
from functions.disaster_recovery.policy.planned import PLANNED, SOURCES, planned
from functions.disaster_recovery.policy.preflight import preflight as answered
from functions.disaster_recovery.policy.preflight import read_readiness
from functions.disaster_recovery.policy.readiness_shape import PREFLIGHT, READINESS
from functions.disaster_recovery.policy.restore_shape import RESTORE, read_manifest, read_restore_facts
from functions.disaster_recovery.policy.situation_shape import SITUATION, read_situation
from functions.disaster_recovery.policy.verdict import judge as judged
from functions.disaster_recovery.policy.verdict_shape import VERDICT, verdict_values
from toban.inputs import print_json, read_or_exit

app = typer.Typer(no_args_is_help=True, help=__doc__)

SCHEMAS: Final = {
    "judge-facts": RESTORE,
    "verdict": VERDICT,
    "explain-facts": SITUATION,
    "explanation": EXPLAINED,
    "durations": DURATIONS,
    "plan": PLANNED,
    "preflight-facts": READINESS,
    "preflight": PREFLIGHT,
}
EXIT_CODES: Final = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}

Database = Annotated[
    str, typer.Option(help="Address of PostgreSQL, for one who may read every table.", envvar="DATABASE_URL")
]
Facts = Annotated[Path, typer.Option(help="What is known, JSON or YAML; - for standard input.")]


@app.command()
def judge(facts: Facts) -> None:
    """Say whether a restore is proved: PASS, FAIL or INCONCLUSIVE, every finding, measured RPO and RTO.

    Example: toban recovery judge --facts restore.json
    """
    known = read_or_exit(facts, read_restore_facts)
    verdict = judged(known)
    print_json(verdict_values(known, verdict))
    raise typer.Exit(EXIT_CODES[verdict.verdict])


@app.command()
def explain(facts: Facts) -> None:
    """Say what a recovery may do now: source, gate, approval, locks, epoch, forecast, and what is next.

    Example: toban recovery explain --facts situation.json
    """
    print_json(explained(read_or_exit(facts, read_situation)))


@app.command()
def plan(
    source: Annotated[str, typer.Option(help="point-in-time or snapshot.")] = "point-in-time",
    durations: Annotated[
        Path | None, typer.Option(help="Recorded minutes of each step, JSON or YAML; - for standard input.")
    ] = None,
) -> None:
    """Print each step's time, the critical path and both figures of the RTO, typical and slow.

    Example: toban recovery plan --source snapshot
    """
    if source not in SOURCES:
        typer.echo(f"--source: must be {' or '.join(SOURCES)}, not {source!r}", err=True)
        raise typer.Exit(2)
    print_json(planned(source, read_or_exit(durations, read_durations) if durations else {}))


@app.command()
def preflight(facts: Facts) -> None:
    """Say what is not ready in the recovery Region, and what to do about it; exits with 1 when it is red.

    Example: toban recovery preflight --facts readiness.json
    """
    found = answered(read_or_exit(facts, read_readiness))
    print_json(found)
    if found["pages"]:
        raise typer.Exit(1)


@app.command()
def manifest(
    database: Database, environment: Annotated[str, typer.Option(help="Whose data they are.")]
) -> None:
    """Print the manifest of a database as one moment shows it: rows, counts, checksums, schema, rights.

    Example: toban recovery manifest --database postgresql://… --environment prod
    """
    from toban.restore_proof import asked, take_manifest  # noqa: PLC0415 - the twin's packages have no driver

    print_json(asked(take_manifest(database, environment=environment)))


@app.command()
def look(
    database: Database,
    manifest: Annotated[Path, typer.Option(help="What `manifest` printed; - for standard input.")],
) -> None:
    """Print what is found in a restored database, beside its manifest, as facts for `judge`.

    Example: toban recovery look --database postgresql://… --manifest manifest.json
    """
    before = read_or_exit(manifest, read_manifest)
    from toban.restore_proof import asked  # noqa: PLC0415 - the twin's packages have no driver
    from toban.restore_proof import look as look_at  # noqa: PLC0415 - the same

    print_json({"manifest": before, **asked(look_at(database, before))})


@app.command()
def schema(name: Annotated[str, typer.Argument(help=", ".join(SCHEMAS) + ".")]) -> None:
    """Print the JSON Schema of what is read or answered.

    Example: toban recovery schema judge-facts
    """
    if name not in SCHEMAS:
        typer.echo(f"{name!r} is no schema; there are {', '.join(SCHEMAS)}", err=True)
        raise typer.Exit(2)
    print_json(published(SCHEMAS[name], f"toban recovery {name}"))
