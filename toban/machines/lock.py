"""A run's lock: taken before anything changes, kept on every way, and given back wherever a run ends well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.runs.policy.deadlines import LEASE
from toban.machines.durations import GIVE_UP, longest_silence
from toban.machines.graph import Fault, ends, reached, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toban.machines.graph import Scope

BEGIN, FINISH = "BeginRun", "FinishRun"
"""The steps that take the lock and that give it back; giving up gives it back as well."""


def check_lock(name: str, machine: Mapping[str, Any]) -> Iterator[Fault]:
    """Yields each way on which a step works without the lock, loses it, or leaves it behind.

    A machine without a step that takes the lock has none to lose, and may not give one back.
    """
    scope = scope_of(machine)
    if BEGIN not in scope.states:
        if FINISH in scope.states:
            yield Fault(name, FINISH, f"it gives a lock back that no {BEGIN} took")
        return
    held = reached(scope, BEGIN, around=frozenset({GIVE_UP})) - {BEGIN}
    yield from (Fault(name, place, text) for place, text in _unlocked(scope, held))
    yield from (Fault(name, place, text) for place, text in _left(scope))
    yield from (Fault(name, place, text) for place, text in _unbounded(scope, held))
    silence = longest_silence(machine)
    if silence >= LEASE:
        yield Fault(
            name,
            "the machine",
            f"a step, the wait behind it and every try of the next can be silent for {silence}, and the lock "
            f"is free after {LEASE}",
        )


def _unlocked(scope: Scope, held: set[str]) -> Iterator[tuple[str, str]]:
    without = reached(scope, scope.start, around=frozenset({BEGIN, GIVE_UP}))
    for name in sorted(held & without):
        if scope.states[name].get("Type") == "Task":
            yield name, f"a way leads here that does not pass {BEGIN}: it would work without the lock"


def _left(scope: Scope) -> Iterator[tuple[str, str]]:
    """Says where a run ends well with its lock still taken.

    The Choice behind the step that takes it may end well by its Default: that step then found nothing to do,
    and has let go.
    """
    behind = str(scope.states[BEGIN].get("Next"))
    begun = [behind]
    choice = scope.states.get(behind, {})
    if choice.get("Type") == "Choice":
        begun = [str(rule.get("Next")) for rule in choice.get("Choices", ())]
        default = str(choice.get("Default"))
        begun += [] if ends(scope.states.get(default, {})) else [default]
    after = {end for begin in begun for end in reached(scope, begin, around=frozenset({FINISH, GIVE_UP}))}
    for end in sorted(after):
        if ends(scope.states[end]):
            yield end, f"a way leads here from {BEGIN} that does not pass {FINISH}: the lock stays"


def _unbounded(scope: Scope, held: set[str]) -> Iterator[tuple[str, str]]:
    for name in sorted(held):
        for member in ("SecondsPath", "TimestampPath", "Timestamp"):
            if scope.states[name].get("Type") == "Wait" and member in scope.states[name]:
                yield (
                    name,
                    f"{member}: how long it waits is not known, and the lock ends: write Seconds",
                )
