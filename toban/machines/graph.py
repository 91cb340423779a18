"""A machine as a graph: every state of every scope, and where each of them goes on to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

State = Mapping[str, Any]

LAMBDA = "arn:aws:states:::lambda:invoke"

MARK = "missed"
"""The member that only a Map's item that failed answers with; the machine asks for it behind the Map."""

MARKED = f"$[*].{MARK}"
"""What a Map's ResultSelector keeps of its items: what those say that failed, nothing of the others."""


class Fault(NamedTuple):
    """What is wrong with a machine.

    Attributes:
        machine: Its name.
        place: The state, with those that it lies in: `EachTarget/StartNight`.
        text: What is wrong and what to do, with the path or the member that it is about.
    """

    machine: str
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.machine}: {self.place}: {self.text}"


class Scope(NamedTuple):
    """The states of one level: the machine's own, a branch's, or those of a Map's processor."""

    place: str
    start: str
    states: Mapping[str, State]

    def named(self, state: str) -> str:
        """Returns how messages call a state of this scope."""
        return f"{self.place}/{state}" if self.place else state


def scope_of(program: Mapping[str, Any], place: str = "") -> Scope:
    """Returns a program's own level."""
    return Scope(place, str(program.get("StartAt")), program.get("States") or {})


def inner_programs(state: State, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields the programs inside of a state, each with its place: branches, or a Map's processor."""
    for number, branch in enumerate(state.get("Branches", ())):
        yield f"{place}[{number}]", branch
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield place, state[key]


def scopes(machine: Mapping[str, Any]) -> Iterator[Scope]:
    """Yields every scope of a machine, its own first."""
    waiting = [scope_of(machine)]
    while waiting:
        scope = waiting.pop(0)
        yield scope
        for name, state in scope.states.items():
            waiting += [scope_of(inner, place) for place, inner in inner_programs(state, scope.named(name))]


def arrows(state: State) -> Iterator[tuple[str, str]]:
    """Yields the members that name the next state, each with that name; Catch included."""
    if "Next" in state:
        yield "Next", state["Next"]
    for key in ("Choices", "Catch"):
        for index, rule in enumerate(state.get(key, ())):
            yield f"{key}[{index}].Next", rule.get("Next")
    if "Default" in state:
        yield "Default", state["Default"]


def caught(state: State) -> list[str]:
    """Returns where a state's failures go."""
    return [str(rule.get("Next")) for rule in state.get("Catch", ())]


def ends(state: State) -> bool:
    """Returns whether the scope can end well in this state."""
    return state.get("Type") == "Succeed" or state.get("End") is True


def reached(scope: Scope, begin: str, *, around: frozenset[str] = frozenset()) -> set[str]:
    """Returns the states that can follow from one, itself included, without passing through some of them."""
    found: set[str] = set()
    waiting = [begin]
    while waiting:
        name = waiting.pop()
        if name in found or name in around or name not in scope.states:
            continue
        found.add(name)
        waiting += [target for _, target in arrows(scope.states[name])]
    return found


def tasks(scope: Scope) -> Iterator[tuple[str, State]]:
    """Yields the scope's Task states."""
    for name, state in scope.states.items():
        if state.get("Type") == "Task":
            yield name, state


def marks(state: State) -> bool:
    """Returns whether an item that ends in this state says that it failed."""
    return state.get("Type") == "Pass" and bool({MARK, f"{MARK}.$"} & set(state.get("Parameters") or {}))


def calls_lambda(state: State) -> bool:
    """Returns whether a Task invokes a function."""
    return state.get("Resource") == LAMBDA
