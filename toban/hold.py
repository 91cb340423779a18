"""`toban hold`: keep an environment awake, or send it to sleep, until an instant that ends it by itself.

Exit codes: 0 done; 1 refused, by a rule or by AWS; 2 an argument is wrong.
"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from functions.night_scaling.schedule.holds import unexpired
from toban.control import AsJson, Environment, Twin, control
from toban.holding import HoldRequest, in_force, local, place, remove

app = typer.Typer(no_args_is_help=True, help=__doc__)

Reason = Annotated[str, typer.Option(help="Why, for the people who meet the hold.")]
Owner = Annotated[
    str | None, typer.Option(envvar="TOBAN_OWNER", help="Who asks; the name of your login when left out.")
]
Until = Annotated[
    str | None,
    typer.Option(help='When it ends: "23:00", "next sleep" or an instant such as 2027-01-04T23:00.'),
]
Hours = Annotated[float | None, typer.Option(help="How many hours it lasts, instead of --until.")]


@app.command()
def add(
    environment: Environment,
    *,
    reason: Reason,
    until: Until = None,
    hours: Hours = None,
    owner: Owner = None,
    asleep: Annotated[bool, typer.Option("--sleep", help="Send to sleep instead of keeping awake.")] = False,
    mode: Annotated[
        str | None, typer.Option(help="Mode of a --sleep; the next sleep's when left out.")
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Only this target of the schedule document; all when left out.")
    ] = None,
    twin: Twin = None,
) -> None:
    """Place a hold; what it changes now begins at once, the rest when its time comes.

    Example: toban hold add dev --until 23:00 --reason "release 4.2"
    """
    request = HoldRequest(
        "sleep_now" if asleep else "keep_awake",
        reason=reason,
        owner=owner,
        until=until,
        hours=hours,
        mode=mode,
        target=target,
    )
    with control(environment, twin) as reached:
        typer.echo(place(reached, request))


@app.command("list")
def list_holds(environment: Environment, *, as_json: AsJson = False, twin: Twin = None) -> None:
    """List the holds that act now or will act, the first to end first.

    Example: toban hold list dev
    """
    with control(environment, twin) as reached:
        view = reached.view()
        choice = in_force(reached, view)
        known = sorted(unexpired(choice.holds, now=view.now), key=lambda hold: (hold.expires, hold.id))
        if as_json:
            typer.echo(json.dumps([asdict(hold) for hold in known], default=str, ensure_ascii=False))
            return
        for hold in known:
            begins, ends = (local(instant, choice.document) for instant in (hold.begins, hold.expires))
            what = "keeps awake" if hold.kind == "keep_awake" else f"sleeps ({hold.mode})"
            typer.echo(f"{hold.id}  {what}  {begins} to {ends}  {hold.owner}: {hold.reason}")
        for fault in choice.faults:
            typer.echo(f"warning: {fault}", err=True)
        if not known:
            typer.echo(f"nobody holds {environment}")


@app.command("remove")
def remove_hold(
    environment: Environment,
    hold_id: Annotated[str, typer.Argument(metavar="ID", help="As `toban hold list` prints it.")],
    twin: Twin = None,
) -> None:
    """Remove a hold before it ends.

    Example: toban hold remove dev aoi-1
    """
    with control(environment, twin) as reached:
        typer.echo(remove(reached, hold_id))
