"""`toban twin fault list | add | lift`: what a person breaks in a standing twin, and mends again.

Exit codes: 0 done; 1 the twin refused, or does not answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from toban.twin_ask import HERE, Twin, ask

app = typer.Typer(no_args_is_help=True, help="Break something in a standing twin, and mend it again.")


@app.command("list")
def list_faults(twin: Twin = HERE) -> None:
    """List what can be broken, and what is broken now.

    Example: toban twin fault list
    """
    found = ask(twin, "/twin/faults")
    for kind in found["kinds"]:
        chosen = f" [OF: {kind['of']}]" if kind["of"] else ""
        typer.echo(f"{kind['name']:<16} {kind['says']}{chosen}")
    for fault in found["faults"]:
        typer.echo(_line(fault))
    if not found["faults"]:
        typer.echo("nothing is broken")


@app.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="As `toban twin fault list` names it.")],
    environment: Annotated[str, typer.Argument(metavar="ENV", help="Where: dev or prod.")],
    of: Annotated[str, typer.Argument(metavar="[OF]", help="Which node, zone, group or service.")] = "",
    twin: Twin = HERE,
) -> None:
    """Break something.

    Example: toban twin fault add no-capacity dev spot
    """
    typer.echo(_line(ask(twin, "/twin/fault", {"add": kind, "environment": environment, "of": of})))


@app.command()
def lift(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `toban twin fault list` shows it.")],
    twin: Twin = HERE,
) -> None:
    """Mend what was broken.

    Example: toban twin fault lift 1
    """
    typer.echo(f"lifted: {_line(ask(twin, '/twin/fault', {'lift': number}))}")


def _line(fault: dict[str, Any]) -> str:
    of = f" {fault['of']}" if fault["of"] else ""
    since = datetime.fromisoformat(fault["since"])
    return (
        f"{fault['id']}: {fault['kind']} in {fault['environment']}{of}, since {since:%a %Y-%m-%d %H:%M} UTC"
    )
