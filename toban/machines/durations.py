"""How long steps can take at worst, in seconds: every attempt to its time-out, every pause in full."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from toban.machines.graph import Fault, arrows, scope_of, scopes, tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toban.machines.graph import Scope, State

GIVE_UP = "GiveUp"
DEFAULT_ATTEMPTS, DEFAULT_INTERVAL_S, DEFAULT_BACKOFF = 3, 1.0, 2.0
"""What Step Functions takes where a retrier does not say."""


def attempts(state: State) -> int:
    """Returns how often a Task is attempted at most: once, and once more for each attempt of every retrier.

    Each retrier counts for itself, so that errors of different kinds add up.
    """
    return 1 + sum(int(retrier.get("MaxAttempts", DEFAULT_ATTEMPTS)) for retrier in state.get("Retry", ()))


def pauses(state: State) -> float:
    """Returns the seconds between a Task's attempts, added up; jitter only shortens them."""
    total = 0.0
    for retrier in state.get("Retry", ()):
        pause = float(retrier.get("IntervalSeconds", DEFAULT_INTERVAL_S))
        for _ in range(int(retrier.get("MaxAttempts", DEFAULT_ATTEMPTS))):
            total += min(pause, float(retrier.get("MaxDelaySeconds", pause)))
            pause *= float(retrier.get("BackoffRate", DEFAULT_BACKOFF))
    return total


def worst(state: State) -> float:
    """Returns the seconds that a Task takes when every attempt but the last fails, each at its time-out."""
    return attempts(state) * float(state.get("TimeoutSeconds", 0)) + pauses(state)


def failure(scope: Scope, name: str) -> float:
    """Returns the seconds from a Task's begin to the end of giving up, when both take their worst."""
    seconds = worst(scope.states[name])
    if name != GIVE_UP and GIVE_UP in scope.states:
        seconds += worst(scope.states[GIVE_UP])
    return seconds


def check_durations(name: str, machine: Mapping[str, Any]) -> Iterator[Fault]:
    """Yields each Task that could still be retried, or given up, when the machine's own time is over."""
    limit = machine.get("TimeoutSeconds")
    if not isinstance(limit, int):
        yield Fault(
            name, "the machine", "TimeoutSeconds is missing: without it, a lost step waits for a year"
        )
        return
    own = scope_of(machine)
    for scope in scopes(machine):
        for waiting, state in scope.states.items():
            if state.get("Type") == "Wait" and float(state.get("Seconds", 0)) >= limit:
                yield Fault(name, scope.named(waiting), f"Seconds: the machine ends after {limit}")
        for task, state in tasks(scope):
            seconds = worst(state) if scope.place else failure(scope, task)
            if scope.place and GIVE_UP in own.states:
                seconds += worst(own.states[GIVE_UP])
            if seconds > limit:
                yield Fault(
                    name,
                    scope.named(task),
                    f"Retry: with all retries and giving up it takes {seconds:.0f} s, longer than the "
                    f"machine's TimeoutSeconds of {limit}: nobody would be told",
                )


def longest_silence(machine: Mapping[str, Any]) -> timedelta:
    """Returns the longest time between two renewals of a run's lock.

    A step renews the lock when its function begins, so the worst is: a step renews and works until its
    time-out, the waits on the way to the next step pass, and every attempt of that one but the last fails
    before it renews. Counted for each way from one Task of the machine's own level to the next, Catch
    included: the first one's TimeoutSeconds, the seconds of each Wait between them, and of the second one all
    attempts at their TimeoutSeconds with every pause at its full length. A Task that renewed at its first
    attempt and then fails at all others counts as well. What a Map or a branch does inside is not counted: it
    holds no lock.
    """
    scope = scope_of(machine)
    longest = 0.0
    for name, state in tasks(scope):
        longest = max(longest, worst(state))
        for successor, waited in _next_tasks(scope, name):
            between = float(state.get("TimeoutSeconds", 0)) + waited
            longest = max(longest, between + worst(scope.states[successor]))
    return timedelta(seconds=longest)


def _next_tasks(scope: Scope, begin: str) -> Iterator[tuple[str, float]]:
    """Yields each Task that can follow one, with the wait on each way there that passes no state twice."""
    waiting: list[tuple[str, float, frozenset[str]]] = [
        (target, 0.0, frozenset()) for _, target in arrows(scope.states[begin])
    ]
    while waiting:
        name, waited, passed = waiting.pop()
        if name in passed or name not in scope.states:
            continue
        state = scope.states[name]
        if state.get("Type") == "Task":
            yield name, waited
            continue
        waited += float(state.get("Seconds", 0)) if state.get("Type") == "Wait" else 0.0
        waiting += [(target, waited, passed | {name}) for _, target in arrows(state)]
