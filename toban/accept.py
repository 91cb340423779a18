"""`toban accept ENV`: what Toban finds missing is meant to be gone; it forgets what was there before."""

import typer

from functions.core.errors import TemporaryError
from functions.night_scaling.policy import inventory
from toban.control import Environment, Twin, control


def command(environment: Environment, *, twin: Twin = None) -> None:
    """Tell Toban that what it finds missing is meant to be gone, so that it sleeps again.

    Example: toban accept dev
    """
    with control(environment, twin) as reached:
        note = reached.view().record.note(inventory.NOTE)
        if not reached.table.write_note(environment, inventory.NOTE, {}, over=note.revision):
            raise TemporaryError("a tick wrote in the same moment; say it again")
        typer.echo(f"{environment}: what was there before is forgotten; the next tick counts anew")
