"""`toban deploy ENV`: refuses what the control plane would refuse, then lets SAM deploy what was built."""

import os
import subprocess
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from functions.adapters.control_table import ControlTable
from functions.core.errors import OpsError
from functions.core.reading.faults import DocumentInvalid
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.policy.snapshot import snapshot_of
from functions.night_scaling.schedule.document import parse_schedule
from toban.build import BUILT, ROOT

SCHEDULES = ROOT / "functions/night_scaling/schedules"
DEFAULT_NODEGROUPS = "primary,spot"
"""The default of the template's parameter NodeGroups; a test holds the two together."""


def command(
    environment: Annotated[
        str, typer.Argument(metavar="ENV", help="dev, prod or dr; infrastructure-dev and so on")
    ],
) -> None:
    """Deploy what was built to an environment of samconfig.toml; the infrastructure needs no build."""
    problem = refused(environment)
    if problem is not None:
        typer.echo(problem, err=True)
        raise typer.Exit(1)
    arguments = [
        str(ROOT / ".tools/sam/bin/sam"),
        "deploy",
        "--template-file",
        str(_template(_environments()[environment])),
        "--config-file",
        str(ROOT / "samconfig.toml"),
        "--config-env",
        environment,
    ]
    answer = subprocess.run(  # noqa: S603 - our own SAM
        arguments, cwd=ROOT, env={**os.environ, "SAM_CLI_TELEMETRY": "0"}, check=False
    )
    raise typer.Exit(answer.returncode)


def refused(environment: str) -> str | None:
    """Returns why an environment must not be deployed, in one sentence; None when it may be."""
    known = _environments()
    if environment not in known:
        return f"samconfig.toml has no environment {environment!r}; it has {', '.join(known)}."
    if "template_file" in known[environment]:
        return None
    if not (BUILT / "template.yaml").exists():
        return "Nothing is built yet: run `make build` first."
    return refused_schedule(environment, nodegroups=_nodegroups(known[environment])) or refused_switch(
        environment, known[environment]
    )


def refused_switch(environment: str, parameters: dict[str, Any]) -> str | None:
    """Returns why night_scaling must not be switched off now; None when it may be, or stays on.

    Without it nobody wakes what sleeps.
    """
    if _overrides(parameters).get("NightScaling") != "off":
        return None
    import boto3  # noqa: PLC0415 - only this check asks AWS

    dynamodb = boto3.client("dynamodb", region_name=parameters.get("region"))
    table = ControlTable(dynamodb=dynamodb, table=f"toban-{environment}-control")
    try:
        asleep = sleeping(table, environment)
    except OpsError as error:
        if "ResourceNotFoundException" in str(error):
            return None
        return f"NightScaling=off, and nobody knows whether {environment} sleeps: {error}"
    if not asleep:
        return None
    return (
        f"{', '.join(asleep)} sleeps, and with NightScaling=off nobody would wake it. Wake it first: "
        f'`toban wake {environment} --hours 2 --reason "switching off"`, and deploy when `toban status` says '
        "that it is awake."
    )


def sleeping(table: ControlTable, environment: str) -> list[str]:
    """Returns which of an environment's targets have a snapshot to come back to: they sleep, or soon do.

    Raises:
        OpsError: The table cannot be read.
    """
    record = table.recall(environment)
    schedule = find_active(record, environment=environment, bundled=bundled_schedule(environment))
    members = [f"{environment}/{target.name}" for target in schedule.document.targets] if schedule else []
    found = {environment: record, **{name: table.recall(name) for name in members}}
    return [name for name, known in found.items() if snapshot_of(known) is not None]


def refused_schedule(environment: str, *, nodegroups: tuple[str, ...]) -> str | None:
    """Returns why an environment's bundled schedule must not be deployed; None when it may be."""
    path = SCHEDULES / f"{environment}.json"
    if not path.exists():
        return None
    try:
        document = parse_schedule(path.read_bytes())
    except DocumentInvalid as fault:
        return f"{path.relative_to(ROOT)} is refused: {fault}"
    named = {group.name for target in document.targets for group in target.nodegroups}
    strange = sorted(named - set(nodegroups))
    if strange:
        return (
            f"{path.relative_to(ROOT)} names the unknown node group {', '.join(strange)}; "
            f"the parameter NodeGroups of {environment} names {', '.join(nodegroups)}."
        )
    return None


def _environments() -> dict[str, Any]:
    sections = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    return {
        name: section["deploy"]["parameters"]
        for name, section in sections.items()
        if isinstance(section, dict) and "deploy" in section
    }


def _template(parameters: dict[str, Any]) -> Path:
    """Returns an environment's template: the infrastructure's own, or the control plane's as it was built."""
    return ROOT / parameters["template_file"] if "template_file" in parameters else BUILT / "template.yaml"


def _nodegroups(parameters: dict[str, Any]) -> tuple[str, ...]:
    return tuple(_overrides(parameters).get("NodeGroups", DEFAULT_NODEGROUPS).split(","))


def _overrides(parameters: dict[str, Any]) -> dict[str, str]:
    return dict(part.split("=", 1) for part in str(parameters.get("parameter_overrides", "")).split())
