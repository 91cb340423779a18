"""When each step can begin and end, and which chain of steps the end waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.disaster_recovery.policy.steps import GREEN, SERVICE_BACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from functions.disaster_recovery.policy.steps import Step


class Span(NamedTuple):
    """When a step begins and ends, in minutes from the moment that the recovery was asked for."""

    name: str
    begin: float
    end: float


class Path(NamedTuple):
    """All spans, and the two chains that decide: to the service's return, and to the green environment."""

    spans: tuple[Span, ...]
    to_service: tuple[str, ...]
    to_green: tuple[str, ...]

    def end(self, name: str) -> float:
        """Returns when a step ends."""
        return next(span.end for span in self.spans if span.name == name)


def critical_path(
    steps: Sequence[Step],
    minutes: Mapping[str, float],
    *,
    done: Mapping[str, tuple[float, float]] | None = None,
    now: float = 0.0,
) -> Path:
    """Returns when each step begins and ends.

    Args:
        steps: In an order in which each stands behind what it waits for, or not: it does not matter.
        minutes: How long each takes.
        done: Begin and end of those that are over, and begin with an infinite end of those at work.
        now: The present minute: what has not begun begins now at the earliest, and what is at work does not
            end before it.
    """
    known: dict[str, Span] = {}
    over = done or {}
    by_name = {step.name: step for step in steps}
    waiting = list(by_name)
    while waiting:
        for name in [each for each in waiting if all(before in known for before in by_name[each].after)]:
            known[name] = _span(by_name[name], known, minutes[name], over.get(name), now)
            waiting.remove(name)
    spans = tuple(known[name] for name in by_name)
    return Path(spans, _chain(SERVICE_BACK, by_name, known), _chain(GREEN, by_name, known))


def _span(
    step: Step, known: Mapping[str, Span], minutes: float, was: tuple[float, float] | None, now: float
) -> Span:
    if was is not None:
        begin, end = was
        return Span(step.name, begin, end if end != float("inf") else max(begin + minutes, now))
    begin = max([now, *(known[name].end for name in step.after)])
    return Span(step.name, begin, begin + minutes)


def _chain(last: str, steps: Mapping[str, Step], spans: Mapping[str, Span]) -> tuple[str, ...]:
    chain = [last]
    while steps[chain[-1]].after:
        chain.append(_latest(steps[chain[-1]].after, spans))
    return tuple(reversed(chain))


def _latest(names: Iterable[str], spans: Mapping[str, Span]) -> str:
    return max(names, key=lambda name: (spans[name].end, name))
