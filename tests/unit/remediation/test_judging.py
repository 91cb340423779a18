"""A change has cured only after three good points in a row, with the alarm OK and no guard worse."""

from __future__ import annotations

from typing import Any

import pytest

from functions.core.reading.faults import DocumentInvalid
from functions.remediation.documents import judge_series
from tests.unit.remediation.cases import NOW, ago, ahead

BEFORE = {"healthy_targets": 4, "errors_percent": 1.0, "p95_ms": 200, "connections": 90}
WELL = {"value": 40, "requests": 500, **BEFORE}


def point(minute: float, **more: Any) -> dict[str, Any]:
    """A minute after the settle time, which ended ten minutes ago."""
    return {"at": ago(10 - minute), **WELL, **more}


def judged(*points: dict[str, Any], **more: Any) -> str:
    series = {
        "now": NOW.isoformat(),
        "changed_at": ago(15),
        "settled_at": ago(10),
        "alarm": "OK",
        "threshold": 80,
        "floor": 100,
        "before": BEFORE,
        "points": [*points],
        **more,
    }
    return judge_series(series).judgement.value


GOOD = [point(n) for n in range(3)]
LATE = {"settled_at": ago(20), "changed_at": ago(25)}
"""The twenty minutes are over now."""


def test_three_good_points_in_a_row_and_the_alarm_ok_are_good() -> None:
    assert judged(*GOOD) == "good"
    assert judged(*GOOD[:2]) == "waiting"
    assert judged(*GOOD, alarm="ALARM") == "waiting"
    assert judged(*GOOD, alarm="INSUFFICIENT_DATA") == "waiting"


def test_a_bad_point_begins_the_row_anew() -> None:
    assert judged(point(0), point(1), point(2, value=81), point(3), point(4)) == "waiting"
    assert judged(point(0), point(1), point(2, value=81), *(point(n) for n in (3, 4, 5))) == "good"
    assert judged(*GOOD, point(3, value=80.1)) == "waiting"
    assert judged(*GOOD, point(3, value=80)) == "good"


def test_points_before_the_settle_time_ended_do_not_count() -> None:
    assert judged(point(-2), point(-1), point(0)) == "waiting"


def test_a_point_below_the_floor_or_missing_is_no_point() -> None:
    assert judged(point(0), point(1, requests=99), point(2)) == "waiting"
    assert judged(point(0), point(1, value=None), point(2)) == "waiting"
    assert judged(point(0), point(1, value=None), point(2), point(3)) == "good"
    assert judged(point(0), point(1, value=99, requests=99), point(2), point(3)) == "good"


def test_too_few_points_or_no_data_are_inconclusive_and_never_good() -> None:
    assert judged(**LATE) == "inconclusive"
    assert judged(*(point(n - 5, requests=3) for n in range(9)), **LATE) == "inconclusive"
    assert judged(*GOOD, **LATE, alarm="INSUFFICIENT_DATA") == "inconclusive"


def test_after_twenty_minutes_it_is_ineffective() -> None:
    bad = [point(n, value=95) for n in range(4)]
    assert judged(*bad) == "waiting"
    assert judged(*bad, **LATE) == "ineffective"
    assert judged(*GOOD, **LATE, alarm="ALARM") == "ineffective"
    assert judged(*GOOD, settled_at=ago(19.9), changed_at=ago(25), alarm="ALARM") == "waiting"


@pytest.mark.parametrize(
    ("within", "beyond"),
    [
        ({"healthy_targets": 3}, {"healthy_targets": 2}),
        ({"errors_percent": 1.5}, {"errors_percent": 1.51}),
        ({"p95_ms": 240}, {"p95_ms": 240.1}),
        ({"connections": 98}, {"connections": 99}),
    ],
)
def test_a_guard_beyond_its_tolerance_is_worse(within: dict[str, Any], beyond: dict[str, Any]) -> None:
    planned = {"connections_planned": 8}
    assert judged(*GOOD[:2], point(2, **within), **planned) == "good"
    assert judged(*GOOD[:2], point(2, **beyond), **planned) == "worse"
    assert judged(point(-3, **beyond), *GOOD, **planned) == "worse"


def test_one_healthy_target_may_be_missing_for_two_minutes() -> None:
    fewer = {"healthy_targets": 3}
    assert judged(*(point(n, **fewer) for n in range(3))) == "good"
    assert judged(*(point(n, **fewer) for n in range(4))) == "worse"
    assert judged(point(0, **fewer), point(1, **fewer), point(2), point(3, **fewer), point(4)) == "good"


def test_what_was_not_measured_is_no_guard() -> None:
    assert judged(*GOOD, before={}) == "good"
    assert judged(*({**p, "healthy_targets": None} for p in GOOD)) == "good"


def test_an_alarm_below_its_threshold_is_judged_from_below() -> None:
    few = [point(n, value=1) for n in range(3)]
    assert judged(*few, threshold=2, breach="below") == "waiting"
    assert judged(*(point(n, value=2) for n in range(3)), threshold=2, breach="below") == "good"


@pytest.mark.parametrize("more", [{"settled_at": ago(16)}, {"points": [point(0), point(0)]}, {"foo": 1}])
def test_a_series_that_contradicts_itself_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(DocumentInvalid):
        judged(**more)


def test_points_of_the_future_are_not_seen() -> None:
    assert judged(*GOOD[:2], {**WELL, "at": ahead(1)}) == "waiting"
