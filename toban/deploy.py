"""`toban deploy ENV`: refuses what the control plane would refuse, then lets SAM deploy what was built."""

import os
import subprocess
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from functions.night_scaling.schedule.document import parse_schedule
from functions.night_scaling.schedule.faults import ScheduleInvalid
from toban.build import BUILT, ROOT

SCHEDULES = ROOT / "functions/night_scaling/schedules"
DEFAULT_NODEGROUPS = "primary"
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
    return refused_schedule(environment, nodegroups=_nodegroups(known[environment]))


def refused_schedule(environment: str, *, nodegroups: tuple[str, ...]) -> str | None:
    """Returns why an environment's bundled schedule must not be deployed; None when it may be."""
    path = SCHEDULES / f"{environment}.json"
    if not path.exists():
        return None
    try:
        document = parse_schedule(path.read_bytes())
    except ScheduleInvalid as fault:
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
    overrides = dict(part.split("=", 1) for part in str(parameters.get("parameter_overrides", "")).split())
    return tuple(overrides.get("NodeGroups", DEFAULT_NODEGROUPS).split(","))
