"""`toban pause ENV`: the kill switch. Nothing is changed, neither down nor up, until it is switched back."""

import getpass
from typing import Annotated

import typer

from functions.core import names
from functions.core.errors import TemporaryError
from functions.core.names import environment_of, member_of
from toban.control import Environment, Twin, control
from toban.hold import Owner


def command(
    environment: Environment,
    *,
    reason: Annotated[str | None, typer.Option(help="Why, for the people who find it paused.")] = None,
    off: Annotated[bool, typer.Option("--off", help="Let Toban act again.")] = False,
    owner: Owner = None,
    twin: Twin = None,
) -> None:
    """Switch Toban off in an environment, at once, and on again with --off.

    A run at work stops before its next change. What sleeps stays asleep: to wake it as well, wake it first.

    Example: toban pause dev --reason "incident 42"
    """
    if off == bool(reason):
        typer.echo("give a --reason to pause, or --off to let Toban act again", err=True)
        raise typer.Exit(2)
    with control(environment, twin) as reached:
        if member_of(environment):
            typer.echo(
                f"the kill switch is the environment's: toban pause {environment_of(environment)}", err=True
            )
            raise typer.Exit(2)
        view = reached.view()
        note = view.record.note(names.PAUSE_NOTE)
        by = owner or getpass.getuser()
        values = {} if off else {"by": by, "reason": str(reason), "at": view.now.isoformat()}
        if not reached.table.write_note(environment, names.PAUSE_NOTE, values, over=note.revision):
            raise TemporaryError(
                f"somebody switched {environment} in the same moment; look at `toban status`"
            )
        typer.echo(f"{environment} {'acts again' if off else 'is paused: nothing is changed until --off'}")
