"""`toban wake ENV`: wakes an environment and keeps it awake for some hours, by a hold that ends by itself."""

from typing import Annotated

import typer

from functions.night_scaling.schedule.holds import HoldChangesNothing
from toban.control import Environment, Twin, control
from toban.hold import Hours, Owner, Reason, Until
from toban.holding import HoldRequest, in_force, place

USUAL_HOURS = 2.0
"""How long a wake on request lasts when nothing is said: an evening's work; it can be done again."""


def command(
    environment: Environment,
    *,
    reason: Reason = "on request",
    until: Until = None,
    hours: Hours = None,
    owner: Owner = None,
    again: Annotated[
        bool, typer.Option("--again", help="Only start the machine: for a wake that was given up.")
    ] = False,
    twin: Twin = None,
) -> None:
    """Wake an environment now, for two hours when nothing else is said.

    Example: toban wake dev --hours 3 --reason "demo for a customer"
    """
    if until is None and hours is None:
        hours = USUAL_HOURS
    with control(environment, twin) as reached:
        if again:
            in_force(reached, reached.view())
            typer.echo(f"started {reached.start('wake')}")
            return
        try:
            typer.echo(
                place(
                    reached, HoldRequest("keep_awake", reason=reason, owner=owner, until=until, hours=hours)
                )
            )
        except HoldChangesNothing as refusal:
            typer.echo(f"{environment} is awake and stays so: {refusal}")
