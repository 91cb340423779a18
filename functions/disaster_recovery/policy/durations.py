"""How long steps take: recorded durations once there are some, published ones before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from functions.core.reading.records import Listed, Member, Record, read_record
from functions.core.reading.shapes import Number
from functions.disaster_recovery.policy.steps import names, recorded_name, steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.disaster_recovery.policy.steps import Step

FEWEST: Final = 3
"""Recorded runs from which on a step's own figures are used."""

Recorded = dict[str, tuple[float, ...]]
"""Minutes that each step took, by the name that it is recorded under."""

DURATIONS: Final = Record(
    dict,
    {
        name: Member(Listed(Number(0, 100_000)), f"minutes that {name} took, one a run", [])
        for name in names()
    },
)


class Timed(NamedTuple):
    """A step with the minutes that are reckoned with, and whether they are `recorded` or `published`."""

    step: Step
    typical: float
    slow: float
    origin: str


def read_durations(content: bytes) -> Recorded:
    """Returns recorded durations.

    Raises:
        DocumentInvalid: it breaks the shape.
    """
    found: Recorded = read_record(content, DURATIONS)
    return found


def timed(source: str, recorded: Mapping[str, Sequence[float]]) -> tuple[Timed, ...]:
    """Returns each step with its minutes: median and 90th percentile of what was recorded, else published."""
    found = []
    for step in steps(source):
        runs = sorted(recorded.get(recorded_name(step.name, source), ()))
        if len(runs) >= FEWEST:
            found.append(Timed(step, percentile(runs, 50), percentile(runs, 90), "recorded"))
        else:
            found.append(Timed(step, step.typical, step.slow, "published"))
    return tuple(found)


def percentile(ordered: Sequence[float], share: int) -> float:
    """Returns the smallest value that at least `share` percent of them do not pass."""
    return ordered[max(math.ceil(len(ordered) * share / 100), 1) - 1]
