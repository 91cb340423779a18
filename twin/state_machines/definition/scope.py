"""Where a check stands in a definition, and what holds there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

JSONATA = "JSONata"
JSONPATH = "JSONPath"


class Scope(NamedTuple):
    """A level of states: the machine's own, a branch's, or a map's.

    Attributes:
        path: Of the state that holds it, `Each/0`; empty for the machine.
        language: Its query language.
        outer: Variables that the levels around it assign.
        variables: Those, and its own.
    """

    path: str
    language: str
    outer: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()

    def of(self, name: str) -> str:
        """Returns the path of one of its states."""
        return f"{self.path}/{name}" if self.path else name

    def inner(self, path: str, program: Mapping[str, Any], language: str) -> Scope:
        """Returns the level of a program inside of one of its states."""
        own = assigned(program)
        language = program.get("QueryLanguage", language)
        return Scope(path, language, self.variables, self.variables | own)


def assigned(program: Mapping[str, Any]) -> frozenset[str]:
    """Returns the variables that the states of a program assign, without those further inside."""
    names: set[str] = set()
    for state in states_of(program).values():
        for holder in (state, *listed(state, "Choices"), *listed(state, "Catch")):
            given = holder.get("Assign")
            if isinstance(given, dict):
                names |= {name.removesuffix(".$") for name in given}
    return frozenset(names)


def states_of(program: Any) -> dict[str, Any]:
    """Returns the states of a program that are objects."""
    states = program.get("States") if isinstance(program, dict) else None
    return (
        {name: state for name, state in states.items() if isinstance(state, dict)}
        if isinstance(states, dict)
        else {}
    )


def listed(state: Mapping[str, Any], field: str) -> list[dict[str, Any]]:
    """Returns the objects of a list in a field; none when it is no list."""
    found = state.get(field)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def programs(state: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields each program inside of a state, with what its path has beside the state's."""
    for number, branch in enumerate(listed(state, "Branches")):
        yield f"/{number}", branch
    for key in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(key), dict):
            yield "", state[key]
