"""A state machine's definition, held to account before the machine is made."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import PLACEHOLDER, Pending

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.cloudformation.provider import Resource

TERMINAL = {"Succeed", "Fail"}
ASL_TYPES = {"Choice", "Fail", "Map", "Parallel", "Pass", "Succeed", "Task", "Wait"}


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
    """Yields what is wrong with a definition that is no JSON, or whose states do not hang together."""
    text = definition_of(made)
    try:
        definition = json.loads(text)
    except ValueError as error:
        yield "Definition", f"the definition is no JSON ({error}): correct it"
        return
    yield from _machine(definition, "Definition", {"QueryLanguage": definition.get("QueryLanguage")})
    for text in _unsupported(definition):
        yield "Definition", text


def _unsupported(definition: Any) -> list[str]:
    """Asks the interpreter which features it does not emulate."""
    try:
        interpreter = importlib.import_module("twin.state_machines")
    except ModuleNotFoundError:
        return []
    find = getattr(interpreter, "unsupported_features", None)
    return [str(feature) for feature in find(definition)] if find else []


def _machine(machine: Any, route: str, context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Checks one level of states: the machine's own, a branch's, or a map's."""
    states = machine.get("States") if isinstance(machine, dict) else None
    if not isinstance(states, dict) or not states:
        yield route, "a machine, a branch or a map needs States: add them"
        return
    start = machine.get("StartAt")
    if start not in states:
        yield f"{route}.StartAt", f"StartAt is {start!r}, which is no state here: correct it"
    reached = {start}
    for name, state in states.items():
        at = f"{route}.States.{name}"
        if state.get("Type") not in ASL_TYPES:
            known = ", ".join(sorted(ASL_TYPES))
            yield f"{at}.Type", f"the state {name} has the type {state.get('Type')!r}: use one of {known}"
        for where, target in _arrows(state):
            reached.add(target)
            if target not in states:
                yield (
                    f"{at}.{where}",
                    f"the state {name} goes on to {target!r}, which is no state here: correct it",
                )
        if not _goes_on(state):
            yield at, f"the state {name} has neither Next nor End: add one"
        yield from _inner(state, at, context)
    for name in states:
        if name not in reached:
            yield f"{route}.States.{name}", f"no state goes on to {name}: connect it or remove it"


def _arrows(state: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if "Next" in state:
        yield "Next", state["Next"]
    if "Default" in state:
        yield "Default", state["Default"]
    for key in ("Choices", "Catch"):
        for index, item in enumerate(state.get(key, [])):
            yield f"{key}.{index}.Next", item.get("Next")


def _goes_on(state: Mapping[str, Any]) -> bool:
    return state.get("Type") in (*TERMINAL, "Choice") or "Next" in state or state.get("End") is True


def _inner(state: Mapping[str, Any], at: str, context: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for index, branch in enumerate(state.get("Branches", [])):
        yield from _machine(branch, f"{at}.Branches.{index}", context)
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield from _machine(state[key], f"{at}.{key}", context)
