"""Whether a change has cured: three good points in a row, the alarm OK, and no guard worse than it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Judgement(StrEnum):
    """What a series comes to."""

    GOOD = "good"
    WAITING = "waiting"
    INEFFECTIVE = "ineffective"
    INCONCLUSIVE = "inconclusive"
    WORSE = "worse"


class Point(NamedTuple):
    """One minute of metrics; a member is None where nothing was measured."""

    at: datetime
    value: float | None = None
    requests: float | None = None
    healthy_targets: int | None = None
    errors_percent: float | None = None
    p95_ms: float | None = None
    connections: int | None = None


class Guards(NamedTuple):
    """What was before the change; None where nothing was measured and nothing can be compared."""

    healthy_targets: int | None = None
    errors_percent: float | None = None
    p95_ms: float | None = None
    connections: int | None = None


class Measures(NamedTuple):
    """When it is judged, by what, and how much worse a guard may be."""

    threshold: float
    breach: str = "above"
    floor: float = 0.0
    points: int = 3
    judge_minutes: int = 20
    healthy_fewer: int = 1
    healthy_minutes: int = 2
    errors_more: float = 0.5
    p95_percent_more: float = 20.0
    connections_planned: int = 0


class Judged(NamedTuple):
    """A judgement and why."""

    judgement: Judgement
    why: str


def judge(
    points: Iterable[Point],
    *,
    before: Guards,
    measures: Measures,
    changed_at: datetime,
    settled_at: datetime,
    alarm: str,
    now: datetime,
) -> Judged:
    """Judges what was measured up to now.

    A point below the traffic's floor, or without a value, is no point: neither good nor bad.

    Args:
        points: Minutes, in any order.
        before: The guards before the change.
        measures: How it is judged.
        changed_at: When the change was made: guards are watched from then on.
        settled_at: End of the settle time: points from then on are judged.
        alarm: The alarm's present state.
        now: The instant.
    """
    seen = sorted((point for point in points if changed_at <= point.at <= now), key=lambda point: point.at)
    worse = _worse(seen, before, measures)
    if worse is not None:
        return Judged(Judgement.WORSE, worse)
    deadline = settled_at + timedelta(minutes=measures.judge_minutes)
    judged = [point for point in seen if settled_at <= point.at <= deadline and _is_point(point, measures)]
    row = _last_row(judged, measures)
    if row >= measures.points and alarm == "OK":
        return Judged(Judgement.GOOD, f"{row} good points in a row, and the alarm is OK")
    have = f"{row} good points in a row of {measures.points}, and the alarm is {alarm}"
    if now < deadline:
        return Judged(Judgement.WAITING, f"{have}; judged until {deadline.isoformat()}")
    if row >= measures.points and alarm == "INSUFFICIENT_DATA":
        return Judged(Judgement.INCONCLUSIVE, f"{have}: no data is no success")
    if len(judged) < measures.points:
        return Judged(Judgement.INCONCLUSIVE, f"{len(judged)} points of {measures.points} were measured")
    return Judged(Judgement.INEFFECTIVE, f"{have}, after {measures.judge_minutes} minutes")


def _is_point(point: Point, measures: Measures) -> bool:
    return point.value is not None and (point.requests is None or point.requests >= measures.floor)


def _last_row(points: list[Point], measures: Measures) -> int:
    """Returns how many of the last points in a row do not breach the threshold."""
    row = 0
    for point in points:
        breaches = _breaches(point.value or 0.0, measures)
        row = 0 if breaches else row + 1
    return row


def _breaches(value: float, measures: Measures) -> bool:
    return value > measures.threshold if measures.breach == "above" else value < measures.threshold


def _worse(points: list[Point], before: Guards, measures: Measures) -> str | None:
    """Returns which guard is worse than its tolerance allows; None when none is."""
    low_since: datetime | None = None
    longest = timedelta(minutes=measures.healthy_minutes)
    for point in points:
        healthy, was = point.healthy_targets, before.healthy_targets
        if healthy is not None and was is not None:
            low_since = (low_since or point.at) if healthy < was else None
            if healthy < was - measures.healthy_fewer:
                return f"{healthy} targets are healthy at {point.at.isoformat()}, of {was} before"
            if low_since is not None and point.at - low_since > longest:
                return f"{healthy} targets are healthy for longer than {longest}, of {was} before"
        found = _worse_at(point, before, measures)
        if found is not None:
            return f"{found} at {point.at.isoformat()}"
    return None


def _worse_at(point: Point, before: Guards, measures: Measures) -> str | None:
    errors, p95, used = before.errors_percent, before.p95_ms, before.connections
    longer = 1 + measures.p95_percent_more / 100
    if _above(point.errors_percent, errors, plus=measures.errors_more):
        return f"{point.errors_percent:g} % errors, of {errors:g} % before"
    if _above(point.p95_ms, p95, times=longer):
        return f"{point.p95_ms:g} ms, of {p95:g} ms before"
    if _above(point.connections, used, plus=measures.connections_planned):
        planned = measures.connections_planned
        return f"{point.connections} connections, of {used} before and {planned} planned"
    return None


def _above(found: float | None, was: float | None, *, plus: float = 0.0, times: float = 1.0) -> bool:
    """Tells whether a guard is above what it may be; one that was not measured is not."""
    return found is not None and was is not None and found > was * times + plus
