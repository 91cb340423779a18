"""`toban twin jump | alarm | state`: what the page's buttons do, from the shell.

Exit codes: 0 done; 1 the twin refused, or does not answer.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Annotated, Any

import typer

Twin = Annotated[
    str,
    typer.Option("--twin", envvar="TOBAN_TWIN", metavar="URL", help="Address that `toban twin up` prints."),
]
HERE = "http://127.0.0.1:8600"
LONGEST_S = 600.0
"""A jump over a month takes minutes."""


def jump(
    to: Annotated[
        str, typer.Argument(metavar="TO", help="+8h, 22:00, an instant, or `next`: the next change.")
    ],
    twin: Twin = HERE,
) -> None:
    """Let virtual time run on to an instant, at once, and wait until it is there.

    Example: toban twin jump 22:00
    """
    ask(twin, "/twin/jump", {"to": to})
    typer.echo(f"it is {_local(ask(twin, '/twin/state')['now'])}")


def alarm(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `toban twin state` lists it.")],
    state: Annotated[str, typer.Option(help="ALARM, OK or INSUFFICIENT_DATA.")] = "ALARM",
    reason: Annotated[str, typer.Option(help="What the event says of it.")] = "set by a person",
    twin: Twin = HERE,
) -> None:
    """Set an alarm's state; what listens to it acts, and the alarm's own data may change it back.

    Example: toban twin alarm toban-dev-handler-errors
    """
    found = ask(twin, "/twin/alarm", {"name": name, "state": state, "reason": reason})
    typer.echo(f"{name}: {found['before']} -> {found['state']}")


def state(
    environment: Annotated[
        str | None,
        typer.Argument(metavar="[ENV]", help="Only this environment; all, and the alarms, otherwise."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it, as JSON.")] = False,
    twin: Twin = HERE,
) -> None:
    """Say what is going on in a standing twin.

    Example: toban twin state dev
    """
    found = ask(twin, "/twin/state")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    chosen = [entry for entry in found["environments"] if environment in (None, entry["name"])]
    if not chosen:
        known = ", ".join(entry["name"] for entry in found["environments"])
        typer.echo(f"the twin has no environment {environment!r}; it has {known}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{_local(found['now'])} {found['zone']}, {found['speed']:g} times real time")
    if found["fault"]:
        typer.echo(f"broken: {found['fault']}")
    for entry in chosen:
        typer.echo("\n".join(_lines(entry)))
    for row in found["alarms"] if environment is None else ():
        typer.echo(f"{row['state']:<17} {row['name']}")


def _lines(environment: dict[str, Any]) -> list[str]:
    change = (
        f"{environment['next_mode']} at {_local(environment['next_change'])}"
        if environment["next_change"]
        else "no change ahead"
    )
    ready = sum(node["ready"] for node in environment["nodes"])
    groups = (
        f"{group['name']} {group['min']}/{group['desired']}/{group['max']}"
        for group in environment["nodegroups"]
    )
    workloads = (
        f"{workload['name']} {workload['ready']}/{workload['wanted']}"
        for workload in environment["workloads"]
    )
    databases = (f"{name} {status}" for name, status in environment["databases"].items())
    holds = (
        f"  hold {hold['id']}: {hold['kind']} until {_local(hold['expires'])}, "
        f"{hold['owner']}: {hold['reason']}"
        for hold in environment["holds"]
    )
    return [
        (
            f"{environment['name']}: wants {environment['wanted']} ({environment['reason']}), "
            f"is {environment['is']}; {change}"
        ),
        f"  {ready} nodes ready; {', '.join(groups)}",
        f"  {', '.join(workloads)}",
        f"  {', '.join(databases) or 'no database'}",
        *holds,
    ]


def _local(instant: str) -> str:
    return f"{datetime.fromisoformat(instant):%a %Y-%m-%d %H:%M:%S}"


def ask(twin: str, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
    """Asks the twin; a refusal, or a twin that is not there, ends the command with its sentence."""
    data = None if given is None else json.dumps(given).encode()
    try:
        request = urllib.request.Request(  # noqa: S310 -- a person's own address
            twin.rstrip("/") + path, data=data, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=LONGEST_S) as answer:  # noqa: S310 -- as above
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        typer.echo(_sentence(error), err=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        typer.echo(
            f"no twin answers at {twin} ({reason}): start one with `toban twin up`, or name it with --twin",
            err=True,
        )
    raise typer.Exit(1)


def _sentence(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["error"])
    except (ValueError, KeyError, TypeError):
        return f"{error.url} answered {error.code}: is it a twin?"
