"""`toban page`: what people have been told and is not over, and how to close it.

A thing is told once until it changes or is over. Closing it says that a person has seen to it: if it comes
back, it is told again.

Exit codes: 0 done; 1 refused, by a rule or by AWS; 2 an argument is wrong.
"""

import json
from datetime import datetime
from typing import Annotated

import typer

from toban.control import AsJson, Environment, Twin, View, control
from toban.holding import local

app = typer.Typer(no_args_is_help=True, help=__doc__)


@app.command("list")
def listed(environment: Environment, *, as_json: AsJson = False, twin: Twin = None) -> None:
    """List what people have been told and is not over yet, the oldest first.

    Example: toban page list dev
    """
    with control(environment, twin) as reached:
        view = reached.view()
    pages = sorted(view.record.pages.items(), key=lambda page: str(page[1]["told_at"]))
    if as_json:
        typer.echo(json.dumps([{"id": name, **told} for name, told in pages], ensure_ascii=False))
        return
    for name, told in pages:
        typer.echo(f"{name}  {_wall(view, str(told['told_at']))}  {told['sentence']}")
    if not pages:
        typer.echo(f"{environment}: nothing that people were told is open")


@app.command()
def close(
    environment: Environment,
    notification: Annotated[str, typer.Argument(metavar="ID", help="As `toban page list` shows it.")],
    *,
    twin: Twin = None,
) -> None:
    """Close one: if it comes back, people are told again.

    Example: toban page close dev night_scaling-failed-0123456789abcdef
    """
    with control(environment, twin) as reached:
        if notification not in reached.view().record.pages:
            typer.echo(f"{environment} has told nobody of {notification}: see `toban page list`", err=True)
            raise typer.Exit(1)
        reached.table.forget_page(environment, notification)
    typer.echo(f"closed: if it comes back, people are told again ({notification})")


def _wall(view: View, told_at: str) -> str:
    """Returns an instant on the schedule's wall clock, as far as there is a schedule."""
    instant = datetime.fromisoformat(told_at)
    return local(instant, view.choice.document) if view.choice else f"{instant:%Y-%m-%d %H:%M} UTC"
