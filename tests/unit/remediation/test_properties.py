"""What holds whatever the facts: each law is worked out anew from the plain facts, not by the policy."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.core.reading.schema import check
from functions.remediation.bundled import schema
from functions.remediation.policy.sources import GATES
from functions.remediation.policy.telling import plan_values
from tests.unit.remediation.cases import NOW, facts, plan, pods, run
from tests.unit.remediation.worlds import open_worlds, worlds

CHANGES = {"act", "ask", "shadow", "ticket"}
SCALES_OUT = {"raise_max_replicas", "raise_min_replicas", "scale_out", "scale_to_floor"}
BROAD = settings(max_examples=120, deadline=None, suppress_health_check=[*HealthCheck])


def decided(world: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Returns the answer as people get it, held against its schema, and the step if something is changed."""
    values = plan_values(plan(world))
    check(values, schema("plan"))
    return values, values["step"] if values["verdict"] in CHANGES else None


def is_unreadable(found: object) -> bool:
    return isinstance(found, dict) and "unreadable" in found


@BROAD
@given(worlds | open_worlds)
def test_nothing_is_changed_while_a_gate_is_closed_or_cannot_be_read(world: dict[str, Any]) -> None:
    values, step = decided(world)
    snapshot, history = world["snapshot"], world["history"]
    sources = [
        world["alarms"],
        history,
        *(snapshot[name] for name in ("pause", "mutes", "maintenance", "lock", "asleep", "rollout")),
    ]
    if step is None:
        return
    assert not any(is_unreadable(found) for found in sources)
    assert (snapshot["pause"], snapshot["asleep"], snapshot["maintenance"]) == (None, False, None)
    held = snapshot["lock"]
    own = bool(history and history.get("at_work"))
    if held is not None and datetime.fromisoformat(held["leased_until"]) > NOW:
        assert held["capability"] == "remediation"
        assert own
    assert all(gate["state"] == "open" for gate in values["gates"])
    if snapshot["rollout"] is not None and snapshot["rollout"]["in_progress"]:
        assert step["rung"] == "rollback"


@BROAD
@given(open_worlds)
def test_one_step_changes_one_thing_and_none_is_made_beside_a_run_that_waits(world: dict[str, Any]) -> None:
    """Never two mutations on one target at once."""
    _, step = decided(world)
    if step is None:
        return
    assert len({change["object"] for change in step["changes"]}) == 1
    paths = [change["path"] for change in step["changes"]]
    assert len(paths) == len({*paths})
    at_work = (world["history"] or {}).get("at_work")
    if at_work is not None:
        assert at_work["phase"] == "deciding" or (at_work["phase"], at_work["answer"]) == (
            "asking",
            "approved",
        )
        assert at_work["changes"] < 2
        assert step["rung"] not in at_work["tried"]


def taken(step: dict[str, Any], world: dict[str, Any]) -> tuple[int, int]:
    """Returns how many ready pods and healthy targets a step takes at once."""
    snapshot = world["snapshot"]
    unhealthy = snapshot["targets"]["unhealthy_pods"] if step["rung"] in {"evict_pod", "drain_node"} else []
    if step["rung"] == "evict_pod":
        gone = [pod for pod in snapshot["pods"] if pod["name"] == step["target"]]
    elif step["rung"] == "drain_node":
        gone = [pod for pod in snapshot["pods"] if pod["node"] == step["target"]]
    else:
        return 0, 0
    ready = [pod for pod in gone if pod["ready"]]
    return len(ready), sum(pod["name"] not in unhealthy for pod in ready)


@BROAD
@given(open_worlds)
def test_two_pods_stay_ready_and_two_targets_healthy(world: dict[str, Any]) -> None:
    _, step = decided(world)
    if step is None:
        return
    snapshot = world["snapshot"]
    ready, healthy = taken(step, world)
    if ready:
        assert snapshot["workload"]["ready"] - ready >= 2
    if healthy:
        assert snapshot["targets"]["healthy"] - healthy >= 2
    if step["rung"] in {"rolling_restart", "rollback"}:
        workload = snapshot["workload"]
        stays = workload["desired"] - workload["max_unavailable"]
        for have in (workload["ready"], snapshot["targets"]["healthy"]):
            assert min(have, max(stays, 0)) >= min(have, 2)
    if step["rung"] == "rolling_restart":
        assert snapshot["workload"]["ready"] >= 2
        assert snapshot["workload"]["max_unavailable"] == 0 or snapshot["workload"]["max_surge"] >= 1
    if step["rung"] == "lower_max_replicas":
        assert step["changes"][0]["after"] >= max(2, snapshot["autoscaler"]["min"])


@BROAD
@given(open_worlds)
def test_no_scale_out_passes_the_connections_the_room_or_the_cap(world: dict[str, Any]) -> None:
    _, step = decided(world)
    if step is None or step["rung"] not in SCALES_OUT:
        return
    [change] = step["changes"]
    database, workload = world["snapshot"]["database"], world["snapshot"]["workload"]
    replicas = change["after"]
    used = (
        (replicas + workload["max_surge"]) * database["pool_size"] + database["others"] + database["reserve"]
    )
    assert used * 100 <= database["max_connections"] * 80
    assert replicas <= 14
    scaler = world["snapshot"]["autoscaler"]
    running = scaler["current"] if scaler and step["rung"].startswith("raise") else workload["desired"]
    assert replicas - running <= world["snapshot"]["room"]["pods"]


@BROAD
@given(open_worlds)
def test_a_roll_back_goes_to_a_template_that_is_known_to_be_good(world: dict[str, Any]) -> None:
    _, step = decided(world)
    if step is None or step["rung"] != "rollback":
        return
    stints = world["snapshot"]["ledger"]["stints"]
    mine = [stint for stint in stints if stint["key"] == step["target"]]
    assert step["target"] != stints[0]["key"]
    assert not any(stint["blamed"] for stint in mine)

    def quiet(stint: dict[str, Any]) -> timedelta:
        until = stint["first_alarm"] or stint["ended"] or NOW.isoformat()
        return datetime.fromisoformat(until) - datetime.fromisoformat(stint["began"])

    assert any(quiet(stint) >= timedelta(minutes=30) for stint in mine)
    assert step["undo"] == []


@BROAD
@given(open_worlds)
def test_an_undo_restores_exactly(world: dict[str, Any]) -> None:
    values, _ = decided(world)
    step = values["step"]
    if step is None:
        return
    given_back = [change for change in step["changes"] if change["before"] is not None]
    before = {(change["object"], change["path"]): change["before"] for change in given_back}
    state = dict(before)
    for change in [*given_back, *step["undo"]]:
        place = (change["object"], change["path"])
        assert state[place] == change["before"], "a change tests what it saw"
        state[place] = change["after"]
    assert all(state[place] == before[place] for place in before) or step["rung"] == "rollback"


@BROAD
@given(worlds)
def test_a_page_has_a_cause_and_silence_has_none(world: dict[str, Any]) -> None:
    values, _ = decided(world)
    assert (values["told"] == "nobody") == (values["cause"] is None)
    assert values["reasons"]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([source.value for source in GATES]), worlds)
def test_any_unreadable_gate_pages_once_an_alarm_is_to_be_acted_on(
    source: str, world: dict[str, Any]
) -> None:
    """Enumerated from the policy's own list of gates, whatever else is true."""
    given = {
        **world,
        "alarms": facts("high_cpu")["alarms"],
        "history": None,
        "snapshot": {**world["snapshot"]},
    }
    where = given if source in {"alarms", "history"} else given["snapshot"]
    where[{"night": "asleep"}.get(source, source)] = {"unreadable": "timeout"}
    values, step = decided(given)
    assert (step, values["told"], values["verdict"]) == (None, "on_duty", "refuse")


@pytest.mark.parametrize("outcomes", [["ineffective", "ineffective"], ["harmful"]])
def test_the_circuit_is_open_by_the_third_run_at_the_latest(outcomes: list[str]) -> None:
    """Runs as the budget lets them happen: each begins after the cooldown, cures nothing, and is counted."""
    runs: list[dict[str, Any]] = []
    for place in range(3):
        shifted = [
            {**each, "began": (datetime.fromisoformat(each["began"]) - timedelta(minutes=61)).isoformat()}
            for each in runs
        ]
        found = plan(facts("high_cpu", pods=pods(cpu_percent=95), history={"runs": shifted}))
        if found.verdict.value == "refuse":
            assert (found.reasons[0].code.value, place) == ("circuit_open", len(outcomes))
            return
        runs = [*shifted, run(0, f"n{place}", outcome=outcomes[min(place, len(outcomes) - 1)])]
    pytest.fail("the circuit never opened")
