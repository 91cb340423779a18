"""`toban twin`: the system on a laptop, for people."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from toban.twin_ask import alarm, jump, state
from toban.twin_fault import app as faults
from toban.twin_run import run
from toban.twin_terminal import TEMPLATE, refuse_missing
from toban.twin_up import up

app = typer.Typer(
    no_args_is_help=True, help="Run the real template and code on simulated AWS and a virtual clock."
)

for command in (run, up, jump, alarm, state):
    app.command(command.__name__)(command)

NOON = datetime(2026, 12, 7, 3, 0, tzinfo=UTC)
"""When a check happens, virtually; which instant it is makes no difference."""


app.add_typer(faults, name="fault")


@app.command("list")
def list_scenarios() -> None:
    """List the scenarios that the twin knows."""
    from twin.scenarios import SCENARIOS  # noqa: PLC0415 -- the twin's libraries are loaded when they are needed

    for scenario in SCENARIOS.values():
        typer.echo(f"{scenario.name:<14} {scenario.days} days  {scenario.summary}")


@app.command()
def check(
    template: Annotated[Path, typer.Option(help="The template to check.")] = TEMPLATE,
    parameter: Annotated[
        list[str] | None, typer.Option(help="A value for one of its parameters, NAME=VALUE; repeat for more.")
    ] = None,
) -> None:
    """Package and deploy a template strictly; each problem is a line `file:line: message`.

    Exits with 0 when it deploys, with 1 when a problem was found, and with 2 when the question itself was
    wrong.

    Example: toban twin check --template template.yaml --parameter Environment=dev
    """
    from twin.access_entries import AccessEntries  # noqa: PLC0415 -- as above
    from twin.account import REGION, simulated_account  # noqa: PLC0415
    from twin.api_calls import ApiCalls  # noqa: PLC0415
    from twin.clock import Clock  # noqa: PLC0415
    from twin.cloudformation import TemplateError, deploy  # noqa: PLC0415
    from twin.cloudformation.stored_resources import StoredResources  # noqa: PLC0415
    from twin.package import package  # noqa: PLC0415

    parameters = _parameters(parameter or [])
    refuse_missing(template)
    try:
        with (
            simulated_account() as account,
            closing(Clock(NOON)) as clock,
            closing(ApiCalls(clock)) as api_calls,
        ):
            api_calls.install()
            StoredResources(api_calls)
            AccessEntries(api_calls)
            parameters = {**_assumed(template), **parameters}
            packaged = package(template, parameters=parameters, region=REGION)
            stack = deploy(packaged, stack_name="check", parameters=parameters, aws=account)
            count = stack.size
    except TemplateError as error:
        for problem in error.problems:
            typer.echo(str(problem))
        raise typer.Exit(1) from None
    typer.echo(f"{template}: {count} resources deployed, no problem found")


def _assumed(template: Path) -> dict[str, str]:
    """Returns what nobody has to say: a template's Environment is dev, if it has such a parameter."""
    from twin.cloudformation.source import load  # noqa: PLC0415 -- as above

    document, _ = load(template)
    declared = document.get("Parameters") if isinstance(document, dict) else None
    return {"Environment": "dev"} if isinstance(declared, dict) and "Environment" in declared else {}


def _parameters(given: list[str]) -> dict[str, str]:
    """Reads NAME=VALUE pairs."""
    parameters = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not (name and sign):
            typer.echo(f"--parameter {pair!r} is not of the form NAME=VALUE", err=True)
            raise typer.Exit(2)
        parameters[name] = value
    return parameters
