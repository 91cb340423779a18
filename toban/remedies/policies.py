"""Finds the policy that a command is asked by: a file, JSON or YAML, or the one that ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from functions.core.documents.faults import DocumentInvalid, Fault
from functions.core.reading.faults import DocumentInvalid as YamlInvalid
from functions.remediation.bundled import policy_text
from functions.remediation.documents import LARGEST, read_policy
from functions.remediation.policy.rules import Policy, Service
from toban.documents import yaml_as_json
from toban.remedies.reading import Given, content, say

if TYPE_CHECKING:
    from functions.remediation.policy.codes import Mode


def load_or_exit(path: str) -> Policy:
    """Returns a policy; or prints each fault as `FILE:line: path: sentence` and ends with 2."""
    raw = content(path)
    given = Given(path, 1, raw.decode("utf-8", "replace"))
    try:
        is_yaml = Path(path).suffix in {".yaml", ".yml"} and len(raw) <= LARGEST and raw.strip()
        return read_policy(yaml_as_json(raw) if is_yaml else raw)
    except DocumentInvalid as error:
        say(given, error.faults)
    except YamlInvalid as error:
        say(given, [Fault(fault.path, fault.sentence, fault.line) for fault in error.faults])
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
