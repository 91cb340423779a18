"""How the states of a definition hang together: names, arrows, ends, and ways that lead there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines.definition.fields import EITHER, MACHINE, SCOPE
from twin.state_machines.definition.scope import listed, programs, states_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LONGEST_NAME = 80
_ENDS = {"Succeed", "Fail", "Choice"}


def program_findings(program: Mapping[str, Any], path: str) -> Iterator[str]:
    """Yields what is wrong between the states of one level, `path` being that of the state around it."""
    where = path or "The machine"
    known = (SCOPE | {"ProcessorConfig"}) if path else MACHINE
    for field in sorted(set(program) - known):
        yield f"{where}: there is no field {field} here."
    if program.get("Version", "1.0") != "1.0":
        yield f"{where}: Version is {program['Version']!r}; the language's is '1.0'."
    yield from _states_findings(states_of(program), program.get("StartAt"), path)


def _states_findings(states: Mapping[str, Any], start: Any, path: str) -> Iterator[str]:
    where = path or "The machine"
    if start not in states:
        yield f"{where}: StartAt names {start!r}, which is no state here."
    for name, state in states.items():
        here = f"{path}/{name}" if path else name
        if len(name) > _LONGEST_NAME:
            yield f"{here}: the name is longer than {_LONGEST_NAME} signs."
        for target in _targets(state):
            if target not in states:
                yield f"{here}: Next names {target!r}, which is no state here."
        yield from _way_on(state, here)
    if start in states:
        reached = _reached(states, start)
        for name in states:
            if name not in reached:
                yield f"{f'{path}/{name}' if path else name}: nothing leads to this state."


def doubled_names(program: Mapping[str, Any]) -> Iterator[str]:
    """Yields each state whose name another one has, anywhere in the machine."""
    first: dict[str, str] = {}
    for name, here in _all_names(program, ""):
        if name in first:
            yield f"{here}: the name stands at {first[name]} too; a name stands once in a machine."
        first.setdefault(name, here)


def _all_names(program: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, state in states_of(program).items():
        here = f"{path}/{name}" if path else name
        yield name, here
        for tail, inner in programs(state):
            yield from _all_names(inner, here + tail)


def _targets(state: Mapping[str, Any]) -> list[Any]:
    wanted = [state.get("Next"), state.get("Default")]
    wanted += [rule.get("Next") for rule in (*listed(state, "Choices"), *listed(state, "Catch"))]
    return [target for target in wanted if target is not None]


def _way_on(state: Mapping[str, Any], here: str) -> Iterator[str]:
    if state.get("Type") not in EITHER or state["Type"] in _ENDS:
        return
    ends = state.get("End")
    if ends not in (None, True, False):
        yield f"{here}: End is {ends!r}; it is true or false."
    if "Next" in state and ends is True:
        yield f"{here}: there are both Next and End."
    if "Next" not in state and ends is not True:
        yield f"{here}: there is neither Next nor End."


def _reached(states: Mapping[str, Any], start: str) -> set[str]:
    reached, ahead = {start}, [start]
    while ahead:
        for target in _targets(states[ahead.pop()]):
            if target in states and target not in reached:
                reached.add(target)
                ahead.append(target)
    return reached
