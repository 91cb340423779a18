"""Answers, windows and epochs that contradict each other, and what a drill leaves alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.disaster_recovery.policy.epochs import fence
from functions.disaster_recovery.policy.situation import Api, Epochs
from tests.unit.disaster_recovery.situations import READY, answer, at, changed, next_of
from tests.unit.disaster_recovery.test_commands import toban
from tests.unit.disaster_recovery.test_gates import said

REWIND: dict[str, Any] = {
    "request__mode": "rewind",
    "recovery_lock": {"answers": True, "held_by": "rewind-INC-7-1", "leased_until": at(60)},
}
NEWER = {"id": "new", "created_at": at(-15), "verdict": "PASS", "changes": 4990}


def test_a_rewind_to_a_moment_past_the_window_restores_to_the_windows_end() -> None:
    for minute, moment in ((-6.98, at(-7)), (-7, at(-7)), (-7.02, at(-7.02))):
        found = answer(changed(**REWIND, request__rewind_to=at(minute)))
        assert (found["source"]["use"], found["source"]["restore_to"]) == ("point-in-time", moment)


def test_a_verified_snapshot_newer_than_the_point_in_time_goes_before_it() -> None:
    old = {**READY["point_in_time"], "until": at(-95)}
    for choice in (None, {"source": "point-in-time", "who": "rin", "reason": "habit", "at": at(20)}):
        source = answer(changed(point_in_time=old, snapshots=[NEWER], choice=choice))["source"]
        assert (source["use"], source["snapshot"], source["rpo_minutes"]) == ("snapshot", "new", 10.0)
        assert source["loses"] == {"minutes": 0.0, "rows": 0}
        assert source["a_person_may_choose"] is False


def test_an_older_snapshot_that_counts_more_changes_loses_nobody_knows_how_many_rows() -> None:
    snapshots = [{**READY["snapshots"][0], "changes": 5001}]
    assert answer(changed(snapshots=snapshots))["source"]["loses"]["rows"] is None


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        ("point_in_time.until", {"point_in_time__until": at(24.02)}),
        ("point_in_time.begin", {"point_in_time__begin": at(-6.98)}),
        ("approval_asked_at", {"approval_asked_at": at(-1)}),
        ("snapshots[1].id", {"snapshots": [NEWER, NEWER]}),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(place: str, changes: dict[str, Any]) -> None:
    found = toban("explain", "--facts", "-", stdin=json.dumps(changed(**changes)))

    assert found.exit_code == 2
    assert f"$.{place}: " in found.stderr


def test_a_choice_from_before_the_request_counts_as_none() -> None:
    late = {"durations": {"database-point-in-time": [70, 70, 70]}, "progress": READY["progress"][:1]}
    choice = {"source": "snapshot", "who": "rin", "reason": "time"}

    assert answer(changed(**late, choice={**choice, "at": at(0)}))["source"]["use"] == "snapshot"
    early = answer(changed(**late, choice={**choice, "at": at(-5)}))
    assert (early["source"]["use"], early["source"]["a_person_may_choose"]) == ("point-in-time", True)


@pytest.mark.parametrize("who", ["ken", "rin", "aoi"])
@pytest.mark.parametrize("minute", [0, 9, 10, 11, 14.98])
def test_a_no_in_time_denies_in_whatever_order(who: str, minute: float) -> None:
    found = answer(changed(answers=[said("rin", 10), said(who, minute, says="no")]))

    assert found["approval"]["verdict"] == "denied"
    assert found["next"]["do"] == "tear-down"


def test_a_no_that_is_late_without_reason_or_about_another_plan_does_not() -> None:
    for no in (
        said("ken", 15, says="no"),
        said("ken", 11, says="no", reason=" "),
        said("ken", 11, says="no", digest="other"),
        said("ken", -1, says="no"),
    ):
        assert answer(changed(answers=[said("rin", 10), no]))["gate"]["open"]


def test_asking_anew_washes_no_denial_off() -> None:
    answers = [said("ken", 10, says="no"), said("rin", 23.5)]
    assert next_of(answers=answers, approval_asked_at=at(23)) == "tear-down"


def test_an_epoch_that_cannot_be_read_closes_the_gate_and_pages() -> None:
    for epochs in ({}, {"recovery": None, "primary": 4}):
        found = answer(changed(epochs=epochs))
        assert not found["gate"]["open"]
        assert (found["next"]["do"], found["next"]["pages"]) == ("look-again", True)
        assert found["epoch"]["raise_to"] is None


def test_the_fence_raises_above_every_number_seen_and_nobody_writes_under_one_that_no_region_gave() -> None:
    apis = [{"name": "ahead", "epoch": 6}, {"name": "lambda", "epoch": 4}]
    found = answer(changed(epochs={"recovery": 4, "primary": 4, "apis": apis}))["epoch"]

    assert (found["newest"], found["raise_to"]) == (6, 7)
    assert set(found["apis"].values()) == {"refuses-writes"}


def test_a_primary_ahead_of_the_recovery_region_is_not_fenced() -> None:
    epochs = {"recovery": 5, "primary": 6, "primary_database_closed": True}
    found = answer(changed(passed_point_of_no_return_at=at(23), epochs=epochs))
    assert found["epoch"]["primary"] == "keep-trying"


NUMBERS = st.one_of(st.none(), st.integers(0, 6))


@given(recovery=NUMBERS, primary=NUMBERS, apis=st.lists(NUMBERS, max_size=5), passed=st.booleans())
def test_whoever_writes_has_the_newest_number_that_anybody_has_seen(
    recovery: int | None, primary: int | None, apis: list[int | None], *, passed: bool
) -> None:
    running = tuple(Api(str(number), epoch) for number, epoch in enumerate(apis))
    found = fence(Epochs(recovery, primary, primary_database_closed=True, apis=running), passed=passed)

    seen = [each for each in (recovery, primary, *apis) if each is not None]
    for api in running:
        if found.apis[api.name] == "writes":
            assert api.epoch == max(seen)
            assert api.epoch in {recovery, primary}
    assert found.raise_to is None or found.raise_to > max(seen)


@pytest.mark.parametrize("mode", ["drill", "dry-run"])
@pytest.mark.parametrize("theirs", [None, "night-1", "drill-INC-7-1"])
def test_a_drill_and_a_dry_run_fence_raise_and_take_nothing_of_the_primary(
    mode: str, theirs: str | None
) -> None:
    lock = {"answers": True, "held_by": f"{mode}-INC-7-1", "leased_until": at(60)}
    found = answer(
        changed(
            request__mode=mode,
            used_names=[],
            recovery_lock=lock,
            primary_lock={"answers": True, "held_by": theirs},
        )
    )

    assert not found["gate"]["open"]
    assert found["epoch"]["raise_to"] is None
    assert found["locks"]["primary"] == "left alone"
    assert not any("taken over" in sentence for sentence in found["locks"]["sentences"])
    assert found["next"]["do"] == ("verify-and-tear-down" if mode == "drill" else "report")
