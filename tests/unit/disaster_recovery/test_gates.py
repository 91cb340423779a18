"""What has to be true before the point of no return, and what is next where something is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.disaster_recovery.policy.epochs import WRITES, may
from tests.unit.disaster_recovery.situations import READY, answer, at, changed, next_of, step

PASS_IT = "pass-the-point-of-no-return"


def test_with_evidence_two_people_lock_and_data_the_point_of_no_return_is_passed() -> None:
    found = answer(READY)

    assert found["next"]["do"] == PASS_IT
    assert found["gate"] == {"open": True, "reasons": []}
    assert found["name"] == "failover-INC-7-1"
    assert found["source"]["use"] == "point-in-time"
    assert found["source"]["side_by_side"] == ["point-in-time", "snapshot"]
    assert found["locks"]["primary"] == "unfenced"
    assert found["epoch"]["raise_to"] == 5
    assert found["shown"] == {"aws_health": "no known issue"}


def said(who: str, minute: float, says: str = "yes", reason: str = "seen", **more: Any) -> dict[str, Any]:
    return {"who": who, "says": says, "reason": reason, "at": at(minute), **more}


def probe(region: str, minute: float, *, answered: bool = False, **more: Any) -> dict[str, Any]:
    return {"region": region, "at": at(minute), "answered": answered, **more}


SILENT = [probe("us-east-1", 23), probe("eu-west-1", 23)]

CLOSED: list[tuple[str, dict[str, Any]]] = [
    # evidence
    ("look-again", {"evidence__probes": [probe("us-east-1", 23), probe("us-east-1", 22)]}),
    ("look-again", {"evidence__probes": [probe("us-east-1", 23), probe("eu-west-1", 8.98)]}),
    ("look-again", {"evidence__last_heartbeat": None}),
    ("look-again", {"evidence__last_heartbeat": {"written_at": at(-6), "read_at": at(8.98)}}),
    ("look-again", {"evidence__preflight": None}),
    ("look-again", {"evidence__preflight": {"at": at(8.98), "green": True}}),
    ("override-or-abort", {"evidence__preflight": {"at": at(20), "green": False, "red": ["key"]}}),
    ("override-or-abort", {"evidence__probes": [*SILENT, probe("us-west-2", 23, answered=True, status=500)]}),
    ("override-or-abort", {"evidence__last_heartbeat": {"written_at": at(-4.9), "read_at": at(23)}}),
    # people
    ("wait-for-approval", {"approval_asked_at": at(12), "answers": []}),
    ("wait-for-approval", {"approval_asked_at": at(12), "answers": [said("aoi", 13)]}),
    ("wait-for-approval", {"approval_asked_at": at(12), "answers": [said(" AOI ", 13)]}),
    ("wait-for-approval", {"approval_asked_at": at(12), "answers": [said("rin", 13, reason=" ")]}),
    ("wait-for-approval", {"approval_asked_at": at(12), "answers": [said("rin", 13, digest="other")]}),
    ("wait-for-approval", {"approval_asked_at": at(12), "answers": [said("rin", 11)]}),
    ("tear-down", {"answers": []}),
    ("tear-down", {"answers": [said("rin", 15)]}),
    ("tear-down", {"answers": [said("rin", 10, says="no")]}),
    ("tear-down", {"answers": [said("rin", 10, says="no"), said("ken", 11)]}),
    ("ask-again", {"answers": [said("rin", 8.98)]}),
    ("tear-down", {"aborted": {"who": "rin", "reason": "it is back", "at": at(12)}}),
    # the request
    ("refuse", {"request__incident": None}),
    ("refuse", {"request__reason": "  "}),
    ("refuse", {"request__asked_by": None}),
    ("refuse", {"request__outage_declared_at": None}),
    ("refuse", {"used_names": ["failover-INC-7-1"]}),
    ("report", {"request__mode": "dry-run"}),
    # locks
    ("wait-for-lock", {"recovery_lock": {"answers": False}}),
    ("wait-for-lock", {"recovery_lock": {"answers": True, "held_by": "night", "leased_until": at(30)}}),
    ("take-lock", {"recovery_lock": {"answers": True}}),
    ("take-lock", {"recovery_lock": {"answers": True, "held_by": "night", "leased_until": at(24)}}),
    # data
    ("page", {"point_in_time": None, "snapshots": []}),
    ("page", {"point_in_time": None, "snapshots": [READY["snapshots"][1]]}),
    ("rebuild", {"progress": READY["progress"][:-1]}),
    ("redrive", {"progress": [*READY["progress"][:-1], step("smoke-before", 21, 22, failed=True)]}),
]


@pytest.mark.parametrize(("move", "changes"), CLOSED)
def test_each_gate_alone_holds_it_back(move: str, changes: dict[str, Any]) -> None:
    found = answer(changed(**changes))

    assert found["next"]["do"] == move, found["next"]
    assert not found["gate"]["open"] or move in {"rebuild", "redrive"}


OPEN: list[dict[str, Any]] = [
    {"evidence__probes": [probe("us-east-1", 9), probe("eu-west-1", 9)]},
    {"evidence__preflight": {"at": at(9), "green": True}},
    {"answers": [said("rin", 14.98)]},
    {"answers": [said("rin", 9)]},
    {"answers": [said("aoi", 8), said("rin", 10)]},
    {"approval_asked_at": at(16), "answers": [said("rin", 10), said("ken", 20)]},
    {"recovery_lock__leased_until": at(24.02)},
]


@pytest.mark.parametrize("changes", OPEN)
def test_to_the_second_of_its_limit_each_gate_is_open(changes: dict[str, Any]) -> None:
    assert next_of(**changes) == PASS_IT


def test_an_answer_of_any_kind_is_alive_until_the_second_person_says_in_spite_of_it() -> None:
    alive = [*SILENT, probe("us-west-2", 23, answered=True, status=503)]

    assert next_of(evidence__probes=alive) == "override-or-abort"
    override = said("rin", 10, overrides=["alive"])
    assert next_of(evidence__probes=alive, answers=[override]) == PASS_IT
    assert (
        next_of(evidence__probes=alive, answers=[said("rin", 10, overrides=["preflight"])])
        == "override-or-abort"
    )
    askers_own = [said("aoi", 9, overrides=["alive"]), said("rin", 10)]
    assert next_of(evidence__probes=alive, answers=askers_own) == "override-or-abort"


def test_the_newest_probe_of_a_region_is_what_it_says() -> None:
    came_back = [*SILENT, probe("us-east-1", 23.5, answered=True)]
    went_away = [probe("us-east-1", 20, answered=True), *SILENT]

    assert next_of(evidence__probes=came_back) == "override-or-abort"
    assert next_of(evidence__probes=went_away) == PASS_IT


def test_a_drill_needs_one_yes_which_may_be_the_askers_own_and_has_thirty_minutes() -> None:
    held = {"answers": True, "held_by": "drill-INC-7-1", "leased_until": at(60)}
    drill: dict[str, Any] = {
        "request__mode": "drill",
        "evidence": {},
        "used_names": [],
        "recovery_lock": held,
    }

    assert next_of(**drill, answers=[said("aoi", 20)]) == "verify-and-tear-down"
    assert next_of(**drill, answers=[]) == "wait-for-approval"
    assert next_of(**drill, answers=[], now=at(30)) == "tear-down"
    assert next_of(**drill, answers=[], now=at(29.98)) == "wait-for-approval"


@pytest.mark.parametrize("mode", ["failback", "rewind"])
def test_failback_and_rewind_need_two_people_and_no_dead_primary(mode: str) -> None:
    to = at(-30) if mode == "rewind" else None
    facts: dict[str, Any] = {"request__mode": mode, "request__rewind_to": to, "evidence__probes": []}
    held = {"answers": True, "held_by": f"{mode}-INC-7-1", "leased_until": at(60)}

    assert next_of(**facts, recovery_lock=held) == PASS_IT
    assert (
        next_of(**facts, recovery_lock=held, answers=[said("aoi", 13)], approval_asked_at=at(12))
        == "wait-for-approval"
    )


def test_a_rewind_names_its_moment_and_restores_to_it() -> None:
    facts = {"request__mode": "rewind", "evidence__probes": []}

    assert next_of(**facts) == "refuse"
    found = answer(changed(**facts, request__rewind_to="2027-03-01T00:30:00Z"))
    assert found["source"]["restore_to"] == "2027-03-01T00:30:00+00:00"
    beyond = answer(changed(**facts, request__rewind_to="2027-02-01T00:00:00Z"))
    assert beyond["source"]["use"] == "none"


def test_data_go_before_time_unless_the_forecast_breaks_the_rto_and_a_person_chooses() -> None:
    slow = [step("network", 0, 4), step("database-point-in-time", 4, None), step("database-snapshot", 4, 12)]
    choice = {"source": "snapshot", "who": "rin", "reason": "time", "at": at(20)}
    late = {"progress": slow, "durations": {"database-point-in-time": [70, 70, 70]}}

    found = answer(changed(**late))
    assert found["next"]["do"] == "choose-source"
    assert found["source"]["use"] == "point-in-time"
    assert found["source"]["loses"] == {"minutes": 538.0, "rows": 800}
    assert found["forecasts"][0]["breach_minutes"] > 0 == found["forecasts"][1]["breach_minutes"]
    assert found["forecasts"][0]["alarm"]

    chosen = answer(changed(**late, choice=choice))
    assert chosen["source"]["use"] == "snapshot"
    assert chosen["source"]["snapshot"] == "weekly-1"
    stays = answer(changed(**late, choice={**choice, "source": "point-in-time"}))
    assert (stays["source"]["use"], stays["next"]["do"]) == ("point-in-time", "rebuild")
    in_time = answer(changed(choice=choice))
    assert in_time["source"]["use"] == "point-in-time"
    assert "keeps the RTO" in in_time["source"]["why"]


def test_without_a_point_in_time_the_newest_verified_snapshot_is_used_and_the_loss_is_told() -> None:
    found = answer(changed(point_in_time=None))

    assert found["source"]["use"] == "snapshot"
    assert found["source"]["snapshot"] == "weekly-1"
    assert found["source"]["rpo_minutes"] == 540.0


def test_beyond_the_point_of_no_return_there_is_only_forward() -> None:
    passed = {"passed_point_of_no_return_at": at(23)}

    assert next_of(**passed) == "go-forward"
    found = answer(changed(**passed, aborted={"who": "rin", "reason": "no", "at": at(23.5)}))
    assert found["next"]["do"] == "go-forward"
    assert "fail back instead" in found["next"]["why"]
    failed = [*READY["progress"], step("dns", 23, 24, failed=True)]
    assert next_of(**passed, progress=failed) == "redrive"
    assert next_of(**passed, progress=[*READY["progress"], step("smoke-environment", 23, 24)]) == "finish"


def test_the_primarys_lock_is_taken_over_any_holder_when_it_answers() -> None:
    found = answer(changed(primary_lock={"answers": True, "held_by": "night-1", "leased_until": at(60)}))

    assert found["locks"]["primary"] == "take over"
    assert found["locks"]["sentences"] == [
        "the primary's lock is taken over night-1, which stops at its next step"
    ]


def test_the_lost_regions_fence_is_tried_until_it_has_the_epoch_and_a_closed_database() -> None:
    def of(**epochs: Any) -> str:
        facts = changed(passed_point_of_no_return_at=at(23), epochs={"recovery": 5, **epochs})
        return str(answer(facts)["epoch"]["primary"])

    assert of() == "keep-trying"
    assert of(primary=4, primary_database_closed=True) == "keep-trying"
    assert of(primary=5) == "keep-trying"
    assert of(primary=5, primary_database_closed=True) == "fenced"


def test_an_api_behind_refuses_writes_and_one_that_cannot_read_its_epoch_serves_reads() -> None:
    apis = [{"name": "old", "epoch": 4}, {"name": "new", "epoch": 5}, {"name": "blind"}]
    found = answer(changed(epochs={"recovery": 5, "primary": 4, "apis": apis}))

    assert found["epoch"]["apis"] == {"old": "refuses-writes", "new": "writes", "blind": "reads-only"}


EPOCHS = st.one_of(st.none(), st.integers(0, 6))


@given(st.lists(EPOCHS, max_size=8), EPOCHS)
def test_writes_are_never_served_under_two_epochs(apis: list[int | None], newest: int | None) -> None:
    assert len({epoch for epoch in apis if may(epoch, newest) == WRITES}) <= 1


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "now": st.sampled_from([at(24), at(26), at(38), at(300)]),
        "evidence__probes": st.lists(
            st.builds(
                probe,
                st.sampled_from(["us-east-1", "eu-west-1"]),
                st.sampled_from([-60, 5, 9, 20, 24]),
                answered=st.booleans(),
            ),
            max_size=4,
        ),
        "evidence__preflight": st.sampled_from(
            [None, {"at": at(1), "green": True}, {"at": at(20), "green": False}]
        ),
        "answers": st.lists(
            st.builds(
                said,
                st.sampled_from(["aoi", "rin", "ken", "AOI"]),
                st.sampled_from([-1, 1, 8, 10, 14.98, 15, 20]),
                st.sampled_from(["yes", "yes", "no"]),
                st.sampled_from(["seen", ""]),
                overrides=st.sampled_from([[], ["alive"], ["alive", "preflight"]]),
            ),
            max_size=4,
        ),
        "request__mode": st.sampled_from(["failover", "failback", "dry-run"]),
        "recovery_lock__held_by": st.sampled_from(["failover-INC-7-1", "night"]),
    },
)


@settings(max_examples=200, deadline=None)
@given(CHANGES)
def test_never_past_the_point_of_no_return_without_fresh_evidence_and_two_people(
    changes: dict[str, Any],
) -> None:
    facts = changed(**changes)
    if answer(facts)["next"]["do"] != PASS_IT:
        return
    now, minutes = (
        facts["now"],
        lambda text: (int(text[11:13]) * 60 + int(text[14:16])) + int(text[17:19]) / 60,
    )
    yes = [
        each
        for each in facts["answers"]
        if each["says"] == "yes" and each["reason"] and each["who"].casefold() != "aoi"
    ]
    young = [each for each in yes if minutes(now) - minutes(each["at"]) <= 15 and each["at"] < at(15)]
    assert young
    assert facts["request"]["mode"] != "dry-run"
    assert minutes(now) - minutes(facts["evidence"]["preflight"]["at"]) <= 15
    if facts["request"]["mode"] == "failover":
        fresh = [each for each in facts["evidence"]["probes"] if minutes(now) - minutes(each["at"]) <= 15]
        assert len({each["region"] for each in fresh}) >= 2
