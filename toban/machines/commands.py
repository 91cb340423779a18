"""`toban machines`: writes the machines' JSON from its source, and proves what must hold on every way."""

from pathlib import Path
from typing import Annotated

import typer

from toban.machines import source

app = typer.Typer(no_args_is_help=True, help="Write the state machines from their source, and check them.")


@app.command()
def write() -> None:
    """Write statemachines/*.asl.json from statemachines/source."""
    try:
        changed = source.write()
    except source.SourceInvalid as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(1) from fault
    for path in changed:
        typer.echo(f"wrote {path.relative_to(source.ROOT)}")
    if not changed:
        typer.echo("nothing to write")


@app.command()
def check(
    definition: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="One definition; all that ship when it is left out."),
    ] = None,
) -> None:
    """Prove of each machine that every failure is told, every path is written, and all of it in time.

    Exits with 0 when all is proven, and with 1 with a line for each fault: machine, state, what is wrong.

    Example: toban machines check statemachines/night_scaling.asl.json
    """
    from toban.machines import check as checks  # noqa: PLC0415 -- writing needs none of the functions

    definitions = [definition] if definition else checks.machines()
    faults = [fault for path in definitions for fault in checks.check(path)]
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{len(definitions)} machines checked, no fault found")
