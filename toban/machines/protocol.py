"""The protocol of failure that every machine keeps: retried, caught, given up, told, and never swallowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toban.machines.calls import check_task
from toban.machines.durations import GIVE_UP
from toban.machines.graph import (
    Fault,
    Scope,
    arrows,
    calls_lambda,
    caught,
    ends,
    marks,
    reached,
    scope_of,
    scopes,
    tasks,
)
from toban.machines.items import check_items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toban.machines.graph import State

GIVEN_UP, FAILED = "GivenUp", "Failed"
FAILS: dict[str, dict[str, str]] = {
    GIVEN_UP: {"Error": GIVEN_UP, "CausePath": "$.error.Cause"},
    FAILED: {"ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"},
}
"""How an execution may fail: told already, or to be told by the root template's rule on ended executions."""

ERROR_PATH = "$.error"
REFUSE = "refuse"
"""The action with which a decision says that what was observed makes no sense."""


def check_protocol(name: str, machine: Mapping[str, Any]) -> Iterator[Fault]:
    """Yields everything that breaks the protocol of failure."""
    for scope in scopes(machine):
        yield from (Fault(name, place, text) for place, text in _unreachable(scope))
        for task, state in tasks(scope):
            yield from (Fault(name, scope.named(task), text) for text in check_task(task, state))
        for state_name, state in scope.states.items():
            place = scope.named(state_name)
            yield from (Fault(name, place, text) for text in _failing(state_name, state, scope))
            yield from (Fault(name, place, text) for text in _swallowing(state_name, state, scope))
    own = scope_of(machine)
    yield from (Fault(name, place, text) for place, text in _giving_up(own))
    yield from (Fault(name, place, text) for place, text in _refusing(own))
    yield from (Fault(name, place, text) for place, text in _polling(own))
    yield from (Fault(name, place, text) for place, text in check_items(own))


def _unreachable(scope: Scope) -> Iterator[tuple[str, str]]:
    if scope.start not in scope.states:
        yield scope.place or "the machine", f"StartAt: {scope.start!r} is no state here"
    for name, state in scope.states.items():
        for member, target in arrows(state):
            if target not in scope.states:
                yield scope.named(name), f"{member}: {target!r} is no state here"
        goes_on = "Next" in state or ends(state) or state.get("Type") in ("Choice", "Fail", "Succeed")
        if not goes_on:
            yield scope.named(name), "it has neither Next nor End"
        if state.get("Type") == "Choice" and "Default" not in state:
            yield (
                scope.named(name),
                "Default: what no rule takes fails with an error that no Catch takes: add it",
            )
    for name in sorted(set(scope.states) - reached(scope, scope.start)):
        yield scope.named(name), "no state leads here: connect it or remove it"


def _failing(name: str, state: State, scope: Scope) -> Iterator[str]:
    if state.get("Type") != "Fail":
        return
    if scope.place:
        yield "a Fail inside ends its siblings as well: mark the item as missed instead"
    elif name not in FAILS:
        yield f"a run fails as {' or '.join(FAILS)}, not as {name}"
    elif {key: value for key, value in state.items() if key not in ("Type", "Comment")} != FAILS[name]:
        yield f"it is not {FAILS[name]}, by which the rule on ended executions knows what was told"


def _swallowing(name: str, state: State, scope: Scope) -> Iterator[str]:
    """Says where a caught failure ends well, though nobody was told."""
    for target in caught(state):
        if name == GIVE_UP and not scope.place:
            continue
        around = frozenset() if scope.place else frozenset({GIVE_UP})
        after = reached(scope, target, around=around)
        if scope.place:
            # Inside of a Map the item's mark carries the failure out; `check_items` follows it from there.
            unmarked = [
                end for end in sorted(after) if ends(scope.states[end]) and not marks(scope.states[end])
            ]
        else:
            unmarked = [end for end in sorted(after) if scope.states[end].get("Type") in ("Succeed", "Fail")]
            unmarked += [end for end in sorted(after) if scope.states[end].get("End") is True]
        for end in unmarked:
            yield f"Catch: a failure goes on to {end} without passing {GIVE_UP}: nobody is told"


def _giving_up(scope: Scope) -> Iterator[tuple[str, str]]:
    """Says what is wrong with the step that gives up, and with the ways to it."""
    state = scope.states.get(GIVE_UP)
    if state is None or not calls_lambda(state):
        yield "the machine", f"it has no step {GIVE_UP} that tells a person and gives the lock back"
        return
    if state.get("Next") != GIVEN_UP:
        yield GIVE_UP, f"Next: {state.get('Next')!r}: who gave up has failed: write {GIVEN_UP}"
    if caught(state) != [FAILED]:
        yield GIVE_UP, f"Catch: when giving up fails, only {FAILED} makes the rule on ended executions page"
    for name in (GIVEN_UP, FAILED):
        if scope.states.get(name, {}).get("Type") != "Fail":
            yield GIVE_UP, f"the Fail state {name} is missing"
    for name, other in scope.states.items():
        if name != GIVE_UP and {GIVEN_UP, FAILED} & {target for _, target in arrows(other)}:
            yield name, f"it fails without passing {GIVE_UP}: the lock stays and nobody is told"


def _refusing(scope: Scope) -> Iterator[tuple[str, str]]:
    """Says where a refusal, or an error that the machine itself made, ends well."""
    for name, state in scope.states.items():
        made = state.get("Type") == "Pass" and state.get("ResultPath") == ERROR_PATH
        targets = [str(state.get("Next"))] if made else []
        targets += [
            str(rule.get("Next"))
            for rule in state.get("Choices", ())
            if rule.get("Variable") == "$.action" and rule.get("StringEquals") == REFUSE
        ]
        after = {end for target in targets for end in reached(scope, target, around=frozenset({GIVE_UP}))}
        for end in sorted(after):
            if ends(scope.states[end]):
                yield name, f"what is refused goes on to {end} without passing {GIVE_UP}: nobody is told"


def _polling(scope: Scope) -> Iterator[tuple[str, str]]:
    """Says where a Choice asks a step again at once.

    Longer ways back are left alone: what their Choices ask for may exclude each other.
    """
    for name, state in tasks(scope):
        asked = str(state.get("Next"))
        if name in {target for _, target in arrows(scope.states.get(asked, {}))}:
            yield asked, f"it goes back to {name} without a Wait: 25,000 events later the execution is dead"
