"""Each gate is open, closed or unreadable; who is told is the design's table."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.remediation.bundled import schema
from functions.remediation.policy.gates.all import GATES as ASKED
from functions.remediation.policy.sources import GATES
from tests.unit.remediation.cases import (
    NOW,
    ago,
    ahead,
    alarm,
    codes,
    every,
    facts,
    plan,
    pods,
    policy,
    released,
    run,
)

HOT = {"pods": pods(cpu_percent=95)}
WHY = ["error", "timeout", "empty", "cut_off", "stale", "denied"]
MUTATES = {"act", "ask", "shadow", "ticket", "undo"}
SNAPSHOT_NAMES = {"night": "asleep"}


def lock(capability: str, **more: Any) -> dict[str, Any]:
    return {"capability": capability, "execution": "arn:x", "leased_until": ahead(5), **more}


CLOSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("kill_switch", {"pause": {"by": "aya", "reason": "incident"}}, "paused", "nobody"),
    ("mute", {"mutes": [{"name": "m", "alarms": ["High CPU Usage (dev)"]}]}, "muted", "nobody"),
    ("maintenance", {"maintenance": {"reason": "move", "until": ahead(5)}}, "maintenance", "nobody"),
    ("rollout", {"rollout": {"in_progress": True, "began": ago(10)}}, "rollout_under_way", "nobody"),
    ("asleep", {"asleep": True}, "asleep", "nobody"),
    ("asleep", {"lock": lock("night_scaling")}, "asleep", "nobody"),
    ("experiment", {"lock": lock("chaos", experiment="pod-kill-7")}, "experiment", "nobody"),
    ("experiment", {"lock": lock("chaos", recovers_by=ago(0))}, "experiment_outlived", "nobody"),
    ("lock", {"lock": lock("release")}, "locked", "nobody"),
    ("lock", {"lock": lock("remediation")}, "locked", "nobody"),
    ("cooldown", {"history": {"runs": [run(14)]}}, "cooldown", "nobody"),
    ("budget", {"history": {"runs": [run(60 * n) for n in (1, 5, 23)]}}, "budget_spent", "on_duty"),
    (
        "budget",
        {"history": {"runs": [run(20 + n, service=f"s{n}") for n in range(5)]}},
        "cluster_budget_spent",
        "on_duty",
    ),
    ("circuit", {"history": {"runs": [run(60 * 40, outcome="harmful")]}}, "circuit_open", "on_duty"),
    (
        "circuit",
        {"history": {"runs": [run(60 * n, outcome="ineffective") for n in (30, 50)]}},
        "circuit_open",
        "on_duty",
    ),
]


@pytest.mark.parametrize(("gate", "different", "code", "told"), CLOSED)
def test_a_closed_gate_refuses_and_tells_whom_the_table_names(
    gate: str, different: dict[str, Any], code: str, told: str
) -> None:
    found = plan(facts("high_cpu", **{**HOT, **different}))

    assert (found.verdict.value, codes(found)[0], found.told.value, found.step) == (
        "refuse",
        code,
        told,
        None,
    )
    assert {answer.gate: answer.state for answer in found.gates}[gate] == "closed"


def unreadable(given: dict[str, Any], source: str, why: str) -> dict[str, Any]:
    where = given if source in {"alarms", "history"} else given["snapshot"]
    where[SNAPSHOT_NAMES.get(source, source)] = {"unreadable": why}
    return given


@pytest.mark.parametrize("why", WHY)
@pytest.mark.parametrize("source", [source.value for source in GATES])
def test_a_gate_whose_source_cannot_be_read_changes_nothing_and_pages(source: str, why: str) -> None:
    """Whatever else is true: the gates' sources are the policy's own list."""
    found = plan(unreadable(facts("high_cpu", **HOT), source, why))

    assert (found.verdict.value, found.told.value, found.step) == ("refuse", "on_duty", None)
    assert codes(found)[0] == "unreadable"
    assert source in found.reasons[0].text
    assert found.cause is not None


@pytest.mark.parametrize("source", [source.value for source in GATES])
def test_an_unreadable_gate_pages_behind_a_closed_one_too(source: str) -> None:
    given = facts("high_cpu", **HOT, pause={"by": "aya", "reason": "incident"})
    found = plan(unreadable(given, source, "timeout"))

    assert (found.verdict.value, found.told.value, codes(found)[0]) == ("refuse", "on_duty", "unreadable")


def test_the_gates_are_all_that_the_design_names_in_its_order() -> None:
    assert [gate.__name__ for gate in ASKED] == [
        "kill_switch",
        "present_state",
        "opted_in",
        "mute",
        "maintenance",
        "rollout",
        "asleep",
        "experiment",
        "lock",
        "storm",
        "cooldown",
        "budget",
        "circuit",
    ]
    members = schema("facts")["properties"]["snapshot"]["properties"]
    assert {SNAPSHOT_NAMES.get(s.value, s.value) for s in GATES} <= {*members, "alarms", "history"}


def test_an_old_answer_is_stale() -> None:
    given = {**facts("high_cpu", **HOT), "read_at": {"mutes": ago(5)}}
    assert plan(given).verdict.value == "act"
    for minutes in (6, -1):
        found = plan({**given, "read_at": {"mutes": ago(minutes)}})
        assert (found.verdict.value, codes(found)[0], found.told.value) == ("refuse", "unreadable", "on_duty")


def test_not_there_is_an_answer_for_pause_mutes_history_and_locks() -> None:
    given = facts("high_cpu", **HOT)
    assert {"pause", "mutes", "maintenance", "lock"}.isdisjoint(given["snapshot"])
    assert plan(given).verdict.value == "act"


def test_a_service_that_has_not_opted_in_is_left_alone_and_nobody_told() -> None:
    given = unreadable(facts("high_cpu", **HOT), "lock", "error")
    found = plan(given, by=policy(mode="off"))

    assert (found.verdict.value, codes(found)[0], found.told.value) == ("refuse", "not_opted_in", "nobody")


def test_what_is_over_is_open() -> None:
    over = {
        "maintenance": {"reason": "move", "until": ago(0)},
        "mutes": [{"name": "m", "alarms": ["High CPU Usage (dev)"], "until": ago(1)}],
        "lock": lock("release", leased_until=ago(0)),
        "history": {"runs": [run(15), run(60 * 24), run(61, outcome="waited"), run(62, outcome="shadow")]},
    }
    assert plan(facts("high_cpu", **{**HOT, **over})).verdict.value == "act"


def test_a_muted_alarm_does_not_hide_a_lesser_one() -> None:
    mutes = [{"name": "m", "alarms": ["High Error Rate (dev)"]}]
    found = plan(facts("high_errors", "high_cpu", **HOT, mutes=mutes))

    assert found.alarm == "High CPU Usage (dev)"
    assert found.verdict.value == "act"


@pytest.mark.parametrize(
    ("ladder", "verdict"),
    [
        ("high_errors", "act"),
        ("high_latency", "act"),
        ("low_availability", "act"),
        ("high_cpu", "refuse"),
        ("high_memory", "refuse"),
    ],
)
def test_a_roll_out_that_fits_is_taken_back_by_ladders_three_four_and_six_alone(
    ladder: str, verdict: str
) -> None:
    ill = every(ready=False, errors_percent=50, p95_ms=900, cpu_percent=95, memory_percent=95, template="new")
    given = {**released(10, in_progress=True), "pods": ill, "targets": {"healthy": 1}}
    found = plan(facts(ladder, **given))

    assert found.verdict.value == verdict
    assert (found.step is not None and found.step.rung.value == "rollback") == (verdict == "act")
    early = {**given, "rollout": {"in_progress": True, "began": ago(35)}}
    assert plan(facts(ladder, **early)).verdict.value == "refuse"


def test_five_alarms_of_the_map_or_three_services_within_five_minutes_are_a_storm() -> None:
    ladders = ["high_cpu", "high_memory", "high_errors", "high_latency", "database_connections"]
    found = plan(facts(*ladders, **HOT))
    assert (found.verdict.value, codes(found)[0], found.told.value) == ("diagnose", "storm", "on_duty")
    assert plan(facts(*ladders[:4], **HOT)).verdict.value != "diagnose"
    slow = [alarm(ladder, since=n * 2) for n, ladder in enumerate(ladders)]
    assert plan(facts(*slow, **HOT)).verdict.value != "diagnose"
    assert plan(facts(*ladders[:4], "burn", "tell", **HOT)).verdict.value != "diagnose"


def test_a_storm_is_over_after_ten_quiet_minutes() -> None:
    ladders = ["high_cpu", "high_memory", "high_errors", "high_latency", "database_connections"]

    def verdict(minutes: float) -> str:
        return plan(facts(*(alarm(ladder, since=minutes) for ladder in ladders), **HOT)).verdict.value

    assert verdict(9.9) == "diagnose"
    assert verdict(10) != "diagnose"
    remembered = plan(facts("high_cpu", history={"storm_last_alarm": ago(9)}, **HOT))
    assert remembered.verdict.value == "diagnose"
    assert plan(facts("high_cpu", history={"storm_last_alarm": ago(10)}, **HOT)).verdict.value == "act"


def test_the_circuit_counts_a_run_once_and_waits_for_a_person() -> None:
    def verdict(*runs: dict[str, Any], **history: Any) -> str:
        return plan(facts("high_cpu", **HOT, history={"runs": [*runs], **history})).verdict.value

    twice = run(60 * 30, outcome="ineffective")
    assert verdict(twice, twice) == "act"
    assert verdict(*(run(60 * n, outcome=o) for n in (26, 30) for o in ("inconclusive",))) == "act"
    assert verdict(run(60 * 26, outcome="ineffective"), run(60 * 51, outcome="ineffective")) == "act"
    two = [run(60 * n, outcome="ineffective") for n in (100, 124)]
    assert verdict(*two) == "refuse"
    assert verdict(*two, circuit_reset=(NOW - timedelta(hours=99)).isoformat()) == "act"
