"""What came of a run, as it was measured."""

from datetime import datetime, timedelta
from typing import NamedTuple


class Sample(NamedTuple):
    """One measured value."""

    at: datetime
    measure: str
    value: float


class Outcome(NamedTuple):
    """A run as it ended.

    Attributes:
        run: Its name.
        started_at: When its watch began, before the fault.
        injected_at: When the fault was there; None when it never was.
        removed_at: When the fault was gone, or the watch over a one-shot fault ended; None when nobody knows.
        ended_at: When its watch ended, after the recovery.
        stopped_by: `end`, `alarm`, `person`, `time-out` or `failure`.
        why: Why it was stopped before its end; empty when it was not.
        breach_at: When a stop condition was first broken; None when none was.
        alarm_at: When the alarm said so; None when it did not.
        planned: How many were to be hit.
        hit: What was hit, by name.
        leftovers: What was left of the fault afterwards; None when the search gave no answer.
        samples: What was measured, in order of time.
    """

    run: str
    started_at: datetime
    injected_at: datetime | None
    removed_at: datetime | None
    ended_at: datetime
    stopped_by: str
    why: str
    breach_at: datetime | None
    alarm_at: datetime | None
    planned: int
    hit: tuple[str, ...]
    leftovers: tuple[str, ...] | None
    samples: tuple[Sample, ...]

    @property
    def to_detect(self) -> timedelta | None:
        """Returns the time from the first breach to the alarm; None where either is missing."""
        return _between(self.breach_at, self.alarm_at)

    @property
    def to_stop(self) -> timedelta | None:
        """Returns the time from the first breach to the fault's removal."""
        return _between(self.breach_at, self.removed_at)

    @property
    def alarm_to_stop(self) -> timedelta | None:
        """Returns the time from the alarm to the fault's removal."""
        return _between(self.alarm_at, self.removed_at)

    def phase(self, measure: str, phase: str) -> tuple[Sample, ...]:
        """Returns the samples of a measure `before`, `during` or `after` the fault."""
        injected, removed = self.injected_at, self.removed_at
        if injected is None:
            return self._of(measure, None, None) if phase == "before" else ()
        if phase == "before":
            return self._of(measure, None, injected)
        if phase == "during":
            return self._of(measure, injected, removed)
        return self._of(measure, removed, None) if removed else ()

    def _of(self, measure: str, begin: datetime | None, end: datetime | None) -> tuple[Sample, ...]:
        return tuple(
            sample
            for sample in self.samples
            if sample.measure == measure
            and (begin is None or sample.at >= begin)
            and (end is None or sample.at < end)
        )


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return end - begin if begin and end else None
