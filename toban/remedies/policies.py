"""Finds the policy that a command is asked by: a file, JSON or YAML, or the one that ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from functions.core.reading.faults import DocumentInvalid
from functions.remediation.bundled import policy_text
from functions.remediation.documents import LARGEST, read_policy
from functions.remediation.policy.rules import Policy, Service
from toban.documents import Source, fault_lines, read_source

if TYPE_CHECKING:
    from functions.remediation.policy.codes import Mode


def load_or_exit(path: str) -> Policy:
    """Returns a policy; or prints each fault as `FILE:line: path: sentence` and ends with 2."""
    source = Source(path, b"")
    try:
        source = read_source(Path(path), most_bytes=LARGEST)
        return read_policy(source.json())
    except DocumentInvalid as error:
        for line in fault_lines(source, error.faults):
            typer.echo(line, err=True)
    raise typer.Exit(2)


def policy_for(path: str | None, environment: str, mode: Mode | None = None) -> Policy:
    """Returns the policy of a file, or the one that ships for an environment, at another mode if asked."""
    if path is not None:
        policy = load_or_exit(path)
    else:
        text = policy_text(environment)
        if text is None:
            typer.echo(f"no policy ships for {environment}; name one by --policy FILE", err=True)
            raise typer.Exit(2)
        policy = read_policy(text)
    if mode is None:
        return policy
    services = {
        name: Service(name, mode, found.database_roles, found.rungs)
        for name, found in policy.services.items()
    }
    return Policy(
        environment=policy.environment,
        services=services,
        alarms=policy.alarms,
        caps=policy.caps,
        numbers=policy.numbers,
        account=policy.account,
        region=policy.region,
    )
