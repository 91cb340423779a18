"""A state machine's definition, held to account before the machine is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import PLACEHOLDER, Pending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.cloudformation.provider import Resource


def definition_of(made: Resource) -> str:
    """Returns the definition as text, its substitutions filled in."""
    written = made.properties.get("DefinitionString", made.properties.get("Definition"))
    text = written if isinstance(written, str) else json.dumps(written)
    values = made.properties.get("DefinitionSubstitutions") or {}
    return PLACEHOLDER.sub(lambda found: str(values.get(found.group(1), found.group(0))), text)


def check_substitutions(made: Resource) -> Iterator[tuple[str, str]]:
    """Yields a complaint for each substitution that is used but not given, or given but not used."""
    written = made.properties.get("DefinitionString", made.properties.get("Definition"))
    if written is None:
        yield "DefinitionString", "a state machine needs a definition: add it"
        return
    text = written if isinstance(written, str) else json.dumps(written)
    given = made.properties.get("DefinitionSubstitutions") or {}
    used = {found.group(1) for found in PLACEHOLDER.finditer(text)}
    # A pending text holds expressions of the template beside the substitutions; those were checked as such.
    missing = set() if isinstance(written, Pending) else used - set(given)
    for name in sorted(missing):
        yield (
            "DefinitionString",
            f"the definition uses ${{{name}}}, which DefinitionSubstitutions does not give: add it",
        )
    for name in sorted(set(given) - used):
        yield (
            f"DefinitionSubstitutions.{name}",
            f"the definition never uses ${{{name}}}: remove it or correct its name",
        )


def check_definition(made: Resource) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with a definition: no JSON, or what AWS refuses or the twin cannot run."""
    text = definition_of(made)
    written = "DefinitionString" if "DefinitionString" in made.properties else "Definition"
    try:
        definition = json.loads(text)
    except ValueError as error:
        yield written, f"the definition is no JSON ({error}): correct it"
        return
    # Imported here because it takes moto's interpreter along, which few templates need.
    from twin.state_machines.definition import express_findings, unsupported_features  # noqa: PLC0415

    findings = unsupported_features(definition)
    if made.properties.get("StateMachineType") == "EXPRESS":
        findings += express_findings(text)
    # A text has one line in the template, whatever of it is wrong.
    is_text = isinstance(made.properties.get(written), str)
    for finding in findings:
        inside = [] if is_text else _route(definition, finding.partition(": ")[0])
        yield ".".join([written, *inside]), finding


def _route(program: Any, path: str) -> list[str]:
    """Returns the way to a state that a finding names by its path, such as `Each/0/Wait`."""
    states = program.get("States") if isinstance(program, dict) else None
    for name, state in states.items() if isinstance(states, dict) else ():
        if path == name:
            return ["States", name]
        if not path.startswith(f"{name}/") or not isinstance(state, dict):
            continue
        number, _, rest = path[len(name) + 1 :].partition("/")
        branches = state.get("Branches")
        if isinstance(branches, list) and number.isdigit() and int(number) < len(branches):
            return ["States", name, "Branches", number, *_route(branches[int(number)], rest)]
        key = "ItemProcessor" if "ItemProcessor" in state else "Iterator"
        return ["States", name, key, *_route(state.get(key), path[len(name) + 1 :])]
    return []
