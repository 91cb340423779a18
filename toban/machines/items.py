"""What fails for one item of a Map is carried out of it by a mark, and asked for behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.machines.durations import GIVE_UP
from toban.machines.graph import MARK, MARKED, caught, ends, reached, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.machines.graph import Scope, State


def check_items(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yields the place of each Map or Parallel whose failures the machine does not ask for, and why."""
    for name, state in scope.states.items():
        if state.get("Type") == "Parallel" and not caught(state):
            yield name, "Catch: a branch that fails would end the run untold"
        if state.get("Type") == "Map":
            yield from ((name, text) for text in _map(name, state, scope))


def _map(name: str, state: State, scope: Scope) -> Iterator[str]:
    inner = scope_of(state.get("ItemProcessor") or state.get("Iterator") or {}, name)
    for member in ("Retry", "ToleratedFailureCount", "ToleratedFailurePercentage"):
        if member in state:
            yield f"{member}: an item's failure is caught inside and asked for behind: take it out"
    if not any(caught(item) for item in inner.states.values()):
        yield "no item's failure is caught inside, so the first one ends all others"
        return
    if (state.get("ResultSelector") or {}).get(f"{MARK}.$") != MARKED:
        yield f"ResultSelector: the items that failed are not kept: {MARK}.$: {MARKED}"
        return
    path, asked = state.get("ResultPath", "$"), scope.states.get(str(state.get("Next")), {})
    first: State = next(iter(asked.get("Choices", ())), {})
    wanted = f"{path}.{MARK}[0]"
    if path is None or first.get("Variable") != wanted or first.get("IsPresent") is not True:
        yield f"Next: no Choice asks first whether {wanted} is there: failures end well"
        return
    for end in sorted(reached(scope, first["Next"], around=frozenset({GIVE_UP}))):
        if ends(scope.states[end]) or scope.states[end].get("Type") == "Fail":
            yield f"items that failed go on to {end} without passing {GIVE_UP}"
