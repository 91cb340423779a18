"""A run that proved what it should, and how one thing of it is changed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.reading_outcome import parse_outcome
from functions.chaos.policy.verdict import Verdict, judge
from tests.unit.chaos.worlds import NOW, experiment

if TYPE_CHECKING:
    from functions.chaos.policy.outcome import Outcome

BEGIN = datetime.fromisoformat(NOW)


def at(minutes: float) -> str:
    """Returns an instant so many minutes after the fault."""
    return (BEGIN + timedelta(minutes=minutes)).isoformat()


def samples(measure: str, before: float, during: float, after: float) -> list[dict[str, Any]]:
    """Returns a sample every ten seconds: two minutes before, five during and six after the fault."""
    parts = ((-12, 0, before), (0, 30, during), (30, 66, after))
    return [
        {"at": at(tick / 6), "measure": measure, "value": value}
        for begin, end, value in parts
        for tick in range(begin, end)
    ]


STEADY = [
    *samples("error_percent", 0, 0.5, 0),
    *samples("p95_ms", 90, 300, 90),
    *samples("ready_pods", 3, 2, 3),
]
RECORD: dict[str, Any] = {
    "run": "pod-kill-1",
    "started_at": at(-2),
    "injected_at": at(0),
    "removed_at": at(5),
    "ended_at": at(11),
    "stopped_by": "end",
    "breach_at": None,
    "alarm_at": None,
    "planned": 1,
    "hit": ["api-service-1"],
    "leftovers": [],
    "samples": STEADY,
}


def outcome(**changes: Any) -> Outcome:
    """Returns the record of the good run with some keys changed."""
    return parse_outcome(json.dumps({**RECORD, **changes}))


def verdict(**changes: Any) -> Verdict:
    """Returns the verdict on it."""
    return judge(experiment("pod-kill"), outcome(**changes), Numbers())


def with_measure(measure: str, before: float, during: float, after: float) -> list[dict[str, Any]]:
    """Returns the good run's samples with those of one measure changed."""
    return [
        *(each for each in STEADY if each["measure"] != measure),
        *samples(measure, before, during, after),
    ]
