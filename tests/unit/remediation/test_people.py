"""Autonomy, approvals, holds, shadows, the undo ledger: who decides, and what waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.remediation.policy.scorecard import Entry, scores
from tests.unit.remediation.cases import (
    NOW,
    RAISED,
    ago,
    alarm,
    codes,
    every,
    facts,
    nodes,
    plan,
    pods,
    policy,
    released,
    run,
)

BAD_RELEASE = {**released(10), "pods": every(errors_percent=50, template="new")}
EMPTY = {"rates": {}, "budget_left_percent": 0}
FAST = {"rates": {"1h": 14.5, "5m": 14.5}, "budget_left_percent": 0}
SLOW = {"rates": {"1d": 3.1, "2h": 3.1}, "budget_left_percent": 40}
HOT = {"pods": pods(cpu_percent=95)}
RISKY: dict[str, tuple[str, dict[str, Any]]] = {
    "rollback": ("high_errors", BAD_RELEASE),
    "rolling_restart": ("high_memory", {"pods": every(memory_percent=95)}),
    "degraded_mode": ("high_errors", {"metrics": {"database_slow": True}}),
    "raise_nodegroup": ("high_cpu", {"pods": pods(pending="cpu", ready=False)}),
}


@pytest.mark.parametrize("rung", RISKY)
def test_risky_rungs_ask_while_the_error_budget_is_empty(rung: str) -> None:
    ladder, given = RISKY[rung]
    assert plan(facts(ladder, **given)).verdict.value == "act"
    found = plan(facts(ladder, **given, burn=EMPTY))
    assert found.step is not None
    assert (found.verdict.value, found.step.rung.value, codes(found)[1]) == ("ask", rung, "budget_empty")
    slow = plan(facts(ladder, **given, burn=SLOW))
    assert (slow.verdict.value, codes(slow)[1]) == ("ticket", "burns_slowly")
    blind = plan(facts(ladder, **given, burn={"unreadable": "timeout"}))
    assert (blind.verdict.value, codes(blind)[1]) == ("ask", "burn_unread")


def test_other_rungs_never_ask_for_the_budget() -> None:
    for burn in (EMPTY, FAST, SLOW, {"unreadable": "error"}):
        assert plan(facts("high_cpu", **HOT, burn=burn)).verdict.value == "act"


def test_a_rollback_while_that_release_burns_fast_is_automatic() -> None:
    assert plan(facts("high_errors", **BAD_RELEASE, burn=FAST)).verdict.value == "act"
    ladder, given = RISKY["degraded_mode"]
    assert plan(facts(ladder, **given, burn=FAST)).verdict.value == "ask"


@pytest.mark.parametrize(
    ("rates", "speed"),
    [
        ({"1h": 14.41, "5m": 14.41}, "act"),
        ({"1h": 14.4, "5m": 20}, "ask"),
        ({"1h": 20, "5m": 14.4}, "ask"),
        ({"6h": 6.1, "30m": 6.1}, "act"),
        ({"6h": 6.1, "30m": 6}, "ask"),
    ],
)
def test_both_windows_have_to_burn(rates: dict[str, float], speed: str) -> None:
    burn = {"rates": rates, "budget_left_percent": 0}
    assert plan(facts("high_errors", **BAD_RELEASE, burn=burn)).verdict.value == speed


def test_burn_alarms_never_start_anything() -> None:
    assert plan(facts("burn")).verdict.value == "nothing"


def test_shadow_only_says_what_it_would_do() -> None:
    found = plan(facts("high_cpu", **HOT), by=policy(mode="shadow"))
    assert found.step is not None
    assert (found.verdict.value, found.step.rung.value) == ("shadow", "evict_pod")
    one = plan(facts("high_cpu", **HOT), by=policy(rungs={"evict_pod": "shadow"}))
    assert one.verdict.value == "shadow"
    farther = plan(facts("high_cpu", **HOT), by=policy(mode="shadow", rungs={"evict_pod": "auto"}))
    assert farther.verdict.value == "shadow"


def test_a_demoted_rung_only_says_what_it_would_do() -> None:
    found = plan(facts("high_cpu", **HOT, history={"demoted": ["evict_pod"]}))
    assert (found.verdict.value, codes(found)[1]) == ("shadow", "demoted")


def at_work(ladder: str = "high_errors", **more: Any) -> dict[str, Any]:
    return {"at_work": {"id": "r", "ladder": ladder, "alarm": "a", **more}}


def test_an_answer_decides_and_silence_is_never_a_yes() -> None:
    asked = {"phase": "asking", "asked_for": "rollback"}

    def verdict(answer: str) -> tuple[str, str]:
        history = at_work(**asked, answer=answer)
        found = plan(facts("high_errors", **BAD_RELEASE, burn=EMPTY, history=history))
        return found.verdict.value, found.told.value

    assert verdict("waiting") == ("wait", "nobody")
    assert verdict("approved") == ("act", "team")
    assert verdict("denied") == ("escalate", "on_duty")
    assert verdict("expired") == ("escalate", "on_duty")


def test_after_a_yes_gates_and_preconditions_hold_again() -> None:
    history = at_work(phase="asking", asked_for="rollback", answer="approved")
    paused = facts("high_errors", **BAD_RELEASE, history=history, pause={"by": "aya", "reason": "no"})
    assert plan(paused).verdict.value == "refuse"
    other = facts("high_errors", metrics={"database_slow": True}, burn=EMPTY, history=history)
    assert plan(other).verdict.value == "ask"


def test_a_graver_alarm_takes_over_and_withdraws_the_question() -> None:
    few = {"targets": {"healthy": 1}}
    for phase, withdraws in (("asking", True), ("holding", False)):
        history = at_work(phase=phase, answer="waiting")
        found = plan(facts("high_errors", "low_availability", **few, history=history))
        assert (found.verdict.value, found.withdraws) == ("take_over", withdraws)


def test_the_same_alarm_in_the_hold_is_ineffective_and_a_lesser_one_waits() -> None:
    history = at_work(phase="holding")
    assert plan(facts("high_errors", history=history)).verdict.value == "ineffective"
    assert plan(facts("high_latency", history=history)).verdict.value == "wait"
    assert plan(facts("high_cpu", history=at_work(phase="settling"))).verdict.value == "join"


def test_an_alarm_that_is_only_looked_at_starts_nothing() -> None:
    new = alarm("high_cpu", previous="INSUFFICIENT_DATA", configured_at=ago(8))
    assert plan(facts(new, **HOT)).verdict.value == "diagnose"
    partial = alarm("high_cpu", evaluation="PARTIAL_DATA")
    assert plan(facts(partial, **HOT)).verdict.value == "diagnose"
    assert plan(facts(alarm("high_cpu", suppressed_by="p"), **HOT)).verdict.value == "nothing"
    node = plan(facts("diagnose"))
    assert (node.verdict.value, node.told.value) == ("diagnose", "team")
    for beside in (facts("page", "high_cpu", **HOT), facts("page", "high_cpu", asleep=True)):
        assert plan(beside).told.value == "on_duty", "what pages is told, whatever else is decided"
    quiet = plan(facts("page"))
    assert (quiet.verdict.value, quiet.told.value) == ("escalate", "on_duty")


def test_the_canary_goes_through_every_gate_and_changes_nothing() -> None:
    found = plan(facts("canary", **HOT))
    assert (found.verdict.value, found.step, len(found.gates)) == ("diagnose", None, 13)


CALM = {"autoscaler": {"min": 3, "max": 12, "current": 9, "wanted": 10}}


def undone(snapshot: dict[str, Any] = CALM, **more: Any) -> tuple[str, str]:
    found = plan(facts(history={"raised": [{**RAISED, **more}]}, **snapshot))
    return found.verdict.value, codes(found)[0]


def test_a_change_is_taken_back_after_an_hour_of_green_when_the_demand_fits() -> None:
    assert undone() == ("undo", "undo_due")
    assert undone(green_since=ago(59)) == ("wait", "undo_waits")
    assert undone(green_since=None) == ("wait", "undo_waits")
    busy = {"autoscaler": {"min": 3, "max": 12, "current": 11, "wanted": 11}}
    assert undone(busy) == ("wait", "undo_waits")
    assert undone(looked_at=ago(59)) == ("wait", "undo_waits")
    assert undone(looked_at=ago(60)) == ("undo", "undo_due")


def test_a_change_that_never_fits_expires_with_a_page_after_three_days() -> None:
    busy = {"autoscaler": {"min": 3, "max": 12, "current": 11, "wanted": 11}}
    assert undone(busy, changed_at=ago(60 * 71)) == ("wait", "undo_waits")
    assert undone(busy, changed_at=ago(60 * 72)) == ("escalate", "undo_expires")


def test_what_someone_has_changed_since_is_theirs() -> None:
    assert undone(present=14) == ("nothing", "changed_by_others")


def test_an_undo_passes_the_gates_but_spends_nothing() -> None:
    spent = {"raised": [RAISED], "runs": [run(5), run(60, outcome="harmful")]}
    assert plan(facts(history=spent, **CALM)).verdict.value == "undo"
    paused = facts(history=spent, **CALM, pause={"by": "aya", "reason": "no"})
    assert plan(paused).verdict.value == "refuse"


def test_a_template_is_never_given_back_by_a_machine() -> None:
    template = {"rung": "rollback", "object": "Deployment", "path": "/spec/template"}
    template |= {"before": "bad", "after": "good", "present": "good"}
    assert undone(**template) == ("wait", "undo_waits")
    assert undone(**template, changed_at=ago(60 * 72)) == ("escalate", "undo_expires")


def test_a_cordon_is_undone_too() -> None:
    cordon = {**RAISED, "rung": "cordon_node", "object": "Node/node-1", "path": "/spec/unschedulable"}
    cordon |= {"before": False, "after": True, "present": True}
    found = plan(facts(history={"raised": [cordon]}, nodes=nodes()))
    assert found.step is not None
    assert found.step.changes[0]._asdict() == {
        "object": "Node/node-1",
        "path": "/spec/unschedulable",
        "before": True,
        "after": False,
    }


def entries(*kinds: str) -> list[Entry]:
    made = {
        "agree": Entry("evict_pod", NOW, person="evict_pod"),
        "differ": Entry("evict_pod", NOW, person="nothing"),
        "unknown": Entry("evict_pod", NOW),
        "cured": Entry("evict_pod", NOW, shadow=False, outcome="effective"),
        "failed": Entry("evict_pod", NOW, shadow=False, outcome="ineffective"),
    }
    return [made[kind]._replace(at=NOW + timedelta(minutes=n)) for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "proposal"),
    [
        ("agree agree agree agree agree", "promote"),
        ("agree agree agree agree", "stay"),
        ("agree agree unknown agree agree agree", "promote"),
        ("agree agree agree differ agree agree", "stay"),
        ("agree agree agree agree agree failed", "demote"),
        ("failed agree agree agree agree agree", "promote"),
        ("failed cured", "stay"),
        ("cured", "stay"),
    ],
)
def test_a_scorecard_promotes_after_agreements_in_a_row_and_demotes_at_once(
    kinds: str, proposal: str
) -> None:
    [row] = scores(entries(*kinds.split()))
    assert row.proposal.value == proposal


BOUND = {"object": "HorizontalPodAutoscaler", "path": "/spec/maxReplicas", "before": 10, "after": 12}


def judged(
    judgement: str | None, *, alarms: tuple[str, ...] = ("high_cpu",), **given: Any
) -> tuple[str, str, str]:
    run = {
        "phase": "settling",
        "judgement": judgement,
        "tried": ["raise_max_replicas"],
        "changes": 1,
        "made": [BOUND],
    }
    found = plan(
        facts(*alarms, history=at_work("high_cpu", **{**run, **given.pop("run", {})}), **{**HOT, **given})
    )
    return found.verdict.value, found.told.value, codes(found)[0]


def test_what_was_measured_decides_how_a_run_goes_on() -> None:
    assert judged(None) == ("join", "nobody", "joined")
    assert judged("waiting") == ("join", "nobody", "joined")
    assert judged("good") == ("wait", "nobody", "cured")
    assert judged("inconclusive") == ("escalate", "on_duty", "inconclusive")
    assert judged("ineffective") == ("act", "team", "one_pod")
    assert judged("ineffective", run={"changes": 2}) == ("escalate", "on_duty", "rungs_spent")


@pytest.mark.parametrize("alarms", [("high_cpu",), ()])
def test_harm_is_taken_back_whatever_was_spent_but_not_while_paused(alarms: tuple[str, ...]) -> None:
    assert judged("worse", alarms=alarms) == ("undo", "on_duty", "guards_worse")
    history = at_work(
        "high_cpu", phase="settling", judgement="worse", tried=["raise_max_replicas"], made=[BOUND]
    )
    spent = {**history, "runs": [run(3), run(4), run(5, outcome="harmful")]}
    found = plan(facts(*alarms, history=spent))
    assert found.step is not None
    assert [change._asdict() for change in found.step.changes] == [{**BOUND, "before": 12, "after": 10}]
    for pause in ({"by": "aya", "reason": "no"}, {"unreadable": "timeout"}):
        assert judged("worse", alarms=alarms, pause=pause)[0] == "refuse"
    eviction = {"object": "Pod", "path": "eviction", "before": None, "after": "api-1"}
    assert judged("worse", alarms=alarms, run={"made": [eviction]})[0] == "escalate"


def test_a_hold_ends_after_ten_minutes_and_a_question_after_thirty() -> None:
    def verdict(**at: Any) -> str:
        return plan(facts("high_cpu", **HOT, history=at_work("high_cpu", **at))).verdict.value

    assert verdict(phase="holding", since=ago(9)) == "ineffective"
    assert verdict(phase="holding", since=ago(10)) == "act"
    assert verdict(phase="asking", since=ago(29)) == "wait"
    assert verdict(phase="asking", since=ago(30)) == "escalate"
    assert verdict(phase="asking", since=ago(29), answer="approved") == "act"
    assert verdict(phase="asking", since=ago(30), answer="approved") == "escalate"


def test_while_a_roll_out_is_under_way_it_alone_may_be_taken_back() -> None:
    ill = {**released(10, in_progress=True), "pods": pods(errors_percent=60)}
    found = plan(facts("high_errors", **ill))
    assert (found.verdict.value, found.step) == ("escalate", None)
    assert "rollout_under_way" in codes(found)


def test_a_minimum_that_is_raised_is_never_lowered() -> None:
    scaler = {"min": 6, "max": 10, "current": 4, "wanted": 6}
    found = plan(facts("high_latency", autoscaler=scaler, metrics={"cpu_percent": 90}))
    assert found.step is None
