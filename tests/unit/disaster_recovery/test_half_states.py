"""No half state without a page: what the steps say counts, whatever a timestamp or an answer says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.disaster_recovery.policy.steps import after_the_point
from tests.unit.disaster_recovery.situations import READY, answer, at, changed, step
from tests.unit.disaster_recovery.test_gates import PASS_IT, probe, said

BEFORE = READY["progress"]
ABORTED = {"who": "rin", "reason": "it is back", "at": at(23.5)}
SNAPSHOT_ONLY = [each for each in BEFORE if each["name"] != "database-point-in-time"]


def put(name: str, *times: float | None, **more: Any) -> list[dict[str, Any]]:
    """Returns the steps with one of them begun and ended at other minutes."""
    begin, end = times
    others = [each for each in BEFORE if each["name"] != name]
    return [*others, step(name, begin or 0, end, **more)]


@pytest.mark.parametrize(
    "progress",
    [
        [],
        [each for each in BEFORE if not each["name"].startswith("database")],
        SNAPSHOT_ONLY,
        put("database-point-in-time", 4, None),
        put("database-point-in-time", 4, 21.5),
        put("service-on-lambda", 20, None),
        put("service-on-lambda", 19, 20.5),
        put("smoke-before", 20.5, 22),
        put("smoke-before", 21, None),
        [each for each in BEFORE if each["name"] != "service-on-lambda"],
    ],
)
def test_the_gate_is_closed_until_the_source_in_use_is_restored_and_proved(
    progress: list[dict[str, Any]],
) -> None:
    found = answer(changed(progress=progress))

    assert not found["gate"]["open"]
    assert any("restored" in reason for reason in found["gate"]["reasons"])
    assert found["next"]["do"] == "rebuild"


def test_a_snapshot_that_is_chosen_after_the_smoke_journey_is_not_proved_by_it() -> None:
    late = {"now": at(70), "answers": [said("rin", 60)], "approval_asked_at": at(58)}
    evidence = {
        "evidence__probes": [probe("us-east-1", 69), probe("eu-west-1", 69)],
        "evidence__last_heartbeat": {"written_at": at(-6), "read_at": at(69)},
        "evidence__preflight": {"at": at(69), "green": True},
        "recovery_lock__leased_until": at(90),
    }
    choice = {"source": "snapshot", "who": "rin", "reason": "time"}
    progress = [
        *(each for each in BEFORE if each["name"] not in {"database-point-in-time", "smoke-before"}),
        step("database-point-in-time", 4, None),
        step("smoke-before", 61, 62),
        *(step(name, 15, 18) for name in ("cluster-nodes", "cluster-add-ons")),
        step("cluster-objects", 18, 20),
    ]

    def gate(minute: float) -> dict[str, Any]:
        return dict(
            answer(changed(**late, **evidence, progress=progress, choice={**choice, "at": at(minute)}))[
                "gate"
            ]
        )

    assert gate(60) == {"open": True, "reasons": []}
    assert gate(65)["reasons"] == [
        "the restored data are not proved: smoke-before ran before rin chose the snapshot"
    ]


@pytest.mark.parametrize("name", after_the_point())
@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize(
    "changes", [{"aborted": ABORTED}, {"answers": []}, {"answers": [said("rin", 10, says="no")]}, {}]
)
def test_beyond_the_point_as_the_steps_say_nothing_is_torn_down_and_somebody_is_paged(
    name: str, *, failed: bool, changes: dict[str, Any]
) -> None:
    progress = [*BEFORE, step(name, 23, 23.3 if failed else None, failed=failed)]
    found = answer(changed(progress=progress, **changes))

    assert found["next"]["do"] == ("redrive" if failed else "go-forward")
    assert found["next"]["pages"]
    assert "nobody recorded that the point of no return is passed" in found["next"]["why"]


@given(
    st.sets(st.sampled_from(after_the_point()), min_size=1),
    st.sampled_from([None, at(22), at(23)]),
    st.sampled_from([None, ABORTED]),
    st.lists(st.builds(said, st.just("rin"), st.sampled_from([8, 10]), st.sampled_from(["yes", "no"]))),
    st.sampled_from(["failover", "failback"]),
)
def test_nothing_is_ever_torn_down_beyond_the_point(
    begun: set[str],
    passed: str | None,
    aborted: dict[str, Any] | None,
    answers: list[dict[str, Any]],
    mode: str,
) -> None:
    facts = changed(
        progress=[*BEFORE, *(step(name, 23, None) for name in sorted(begun))],
        passed_point_of_no_return_at=passed,
        aborted=aborted,
        answers=answers,
        request__mode=mode,
    )

    found = answer(facts)["next"]
    assert found["do"] in {"go-forward", "redrive", "finish"}
    assert passed or found["pages"]


def test_beyond_the_point_without_a_yes_or_after_an_abort_somebody_is_paged() -> None:
    for changes, words in (
        ({"answers": []}, "nobody had approved it"),
        ({"answers": [said("rin", 10, says="no")]}, "nobody had approved it"),
        ({"aborted": {**ABORTED, "at": at(22)}}, "rin had aborted it before"),
        ({"epochs": {"recovery": None}}, "epoch cannot be read"),
        ({"epochs": {"recovery": 5, "primary": 6, "primary_database_closed": True}}, "is behind 6"),
    ):
        found = answer(changed(passed_point_of_no_return_at=at(23), **changes))["next"]
        assert (found["do"], found["pages"]) == ("go-forward", True)
        assert words in found["why"]
    plain = answer(changed(passed_point_of_no_return_at=at(23)))["next"]
    assert (plain["do"], plain["pages"]) == ("go-forward", False)


@pytest.mark.parametrize("minute", [-5, 5, 8.98])
def test_a_region_that_saw_the_primary_alive_since_the_outage_is_asked_again_and_not_forgotten(
    minute: float,
) -> None:
    silent = READY["evidence"]["probes"]
    seen = probe("us-west-2", minute, answered=True, status=200)

    found = answer(changed(evidence__probes=[*silent, seen]))
    assert found["next"]["do"] == "override-or-abort"
    assert "nobody looked from there again" in found["gate"]["reasons"][0]
    again = answer(changed(evidence__probes=[*silent, seen, probe("us-west-2", 23)]))
    assert again["next"]["do"] == PASS_IT
    before_the_outage = probe("us-west-2", -5.02, answered=True)
    assert answer(changed(evidence__probes=[*silent, before_the_outage]))["next"]["do"] == PASS_IT


def test_the_primarys_own_region_is_not_outside_but_its_answer_counts() -> None:
    own = {"evidence__primary_region": "eu-west-1"}

    assert answer(changed(**own))["next"]["do"] == "look-again"
    assert answer(changed(**own))["gate"]["open"] is False
    alive = [*READY["evidence"]["probes"], probe("ap-northeast-1", 23), probe("eu-west-1", 24, answered=True)]
    assert answer(changed(**own, evidence__probes=alive))["next"]["do"] == "override-or-abort"
