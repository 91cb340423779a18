"""Each ladder takes the rung that fits the cause, and says why the others were passed over."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.remediation.cases import (
    AUTO,
    ago,
    ahead,
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

BUSY = {"autoscaler": {"min": 3, "max": 10, "current": 10, "wanted": 12}}
SICK = {"autoscaler": {"min": 3, "max": 4, "current": 4, "wanted": 6}}
FEW = {"targets": {"healthy": 1, "unhealthy_pods": ["api-0"]}}
ZONE_LOST = [{**node, "ready": node["zone"] != "zone-0"} for node in nodes()]
SESSION = {"backend_start": ago(90), "role": "task_api", "pod": "api-1"}


def session(pid: int, state: str, seconds: float, **more: Any) -> dict[str, Any]:
    return {"pid": pid, "state": state, "since": ago(seconds / 60), **SESSION, **more}


FITS: list[tuple[str, str, dict[str, Any], str | None, str]] = [
    # ladder, verdict, what is different, rung, first reason
    (
        "high_cpu",
        "wait",
        {"autoscaler": {"min": 3, "max": 10, "current": 4, "wanted": 6}},
        None,
        "autoscaler_at_work",
    ),
    ("high_cpu", "escalate", {}, None, "autoscaler_disagrees"),
    ("high_cpu", "act", {"pods": pods(cpu_percent=95)}, "evict_pod", "one_pod"),
    ("high_cpu", "act", BUSY, "raise_max_replicas", "at_maximum"),
    ("high_cpu", "act", {"autoscaler": None}, "scale_out", "no_autoscaler"),
    (
        "high_cpu",
        "act",
        {**SICK, "pods": pods(pending="cpu", ready=False)},
        "raise_nodegroup",
        "pending_pods",
    ),
    (
        "high_cpu",
        "act",
        {"pods": every(cpu_percent=90), "nodes": nodes(cpu_percent=95)},
        "cordon_node",
        "one_node",
    ),
    (
        "high_cpu",
        "ask",
        {"pods": every(cpu_percent=90), "nodes": nodes(cpu_percent=95, cordoned=True, cordoned_by_us=True)},
        "drain_node",
        "one_node",
    ),
    (
        "high_cpu",
        "act",
        {**released(10), "pods": every(cpu_percent=95, template="new")},
        "rollback",
        "release_fits",
    ),
    ("high_memory", "act", {"pods": pods(memory_percent=95)}, "evict_pod", "one_pod"),
    (
        "high_memory",
        "act",
        {"metrics": {"memory_follows": "traffic"}},
        "raise_min_replicas",
        "follows_traffic",
    ),
    ("high_memory", "act", {"pods": every(memory_percent=95)}, "rolling_restart", "all_pods_old"),
    ("high_memory", "act", {"nodes": nodes(memory_pressure=True)}, "cordon_node", "node_pressure"),
    (
        "high_memory",
        "act",
        {
            **released(20),
            "metrics": {"memory_follows": "release"},
            "pods": every(memory_percent=95, template="new"),
        },
        "rollback",
        "release_fits",
    ),
    ("high_memory", "escalate", {}, None, "no_rung_fits"),
    ("high_errors", "act", {"pods": pods(errors_percent=60)}, "evict_pod", "one_pod"),
    (
        "high_errors",
        "act",
        {**released(10), "pods": every(errors_percent=30, template="new")},
        "rollback",
        "release_fits",
    ),
    ("high_errors", "act", {"metrics": {"dependency": "mail"}}, "degraded_mode", "dependency_cause"),
    ("high_errors", "act", {"metrics": {"database_slow": True}}, "degraded_mode", "database_cause"),
    ("high_errors", "escalate", {}, None, "no_rung_fits"),
    ("high_errors", "escalate", {"metrics": {"errors_from": "no_targets"}}, None, "no_targets"),
    (
        "low_availability",
        "act",
        {**FEW, "workload": {"kind": "Deployment", "desired": 1, "ready": 1}},
        "scale_to_floor",
        "below_floor",
    ),
    (
        "low_availability",
        "act",
        {**FEW, "pods": pods(ready=False, pending="room")},
        "raise_nodegroup",
        "pending_pods",
    ),
    ("low_availability", "act", {**FEW, "nodes": nodes(ready=False)}, "cordon_node", "node_not_ready"),
    ("low_availability", "act", {**FEW, "pods": pods(ready=False)}, "evict_pod", "not_ready_pod"),
    ("low_availability", "escalate", FEW, None, "probes_disagree"),
    ("low_availability", "nothing", {}, None, "targets_are_healthy"),
    (
        "low_availability",
        "escalate",
        {
            **FEW,
            "nodes": [
                *nodes(3, ready=False),
                *({**n, "name": f"x{i}", "ready": False} for i, n in enumerate(nodes(2))),
            ],
        },
        None,
        "many_nodes_not_ready",
    ),
    ("low_availability", "escalate", {**FEW, "nodes": ZONE_LOST}, None, "zone_lost"),
    ("high_cpu", "escalate", {**BUSY, "nodes": ZONE_LOST}, None, "zone_lost"),
    ("low_availability", "act", {**FEW, "nodes": nodes(2, ready=False)}, "cordon_node", "node_not_ready"),
    (
        "low_availability",
        "escalate",
        {
            **FEW,
            "database": {
                "max_connections": 100,
                "connections": 0,
                "pool_size": 8,
                "others": 0,
                "reserve": 5,
                "available": False,
            },
        },
        None,
        "database_down",
    ),
    (
        "database_connections",
        "act",
        {"sessions": [session(1, "idle in transaction", 61)]},
        "end_idle_transactions",
        "idle_in_transaction",
    ),
    ("database_connections", "act", {}, "degraded_mode", "database_cause"),
    ("high_latency", "act", {"pods": pods(p95_ms=900)}, "evict_pod", "one_pod"),
    ("high_latency", "act", {"metrics": {"cpu_percent": 95}}, "raise_min_replicas", "cpu_bound"),
    (
        "high_latency",
        "act",
        {"metrics": {"database_slow": True, "cpu_percent": 95}},
        "degraded_mode",
        "database_cause",
    ),
    (
        "high_latency",
        "act",
        {**released(10), "pods": every(p95_ms=900, template="new")},
        "rollback",
        "release_fits",
    ),
    ("high_latency", "escalate", {}, None, "no_rung_fits"),
]


@pytest.mark.parametrize(("ladder", "verdict", "different", "rung", "why"), FITS)
def test_the_rung_fits_the_cause(
    ladder: str, verdict: str, different: dict[str, Any], rung: str | None, why: str
) -> None:
    found = plan(facts(ladder, **different))

    assert (found.verdict.value, found.step and found.step.rung.value, codes(found)[0]) == (
        verdict,
        rung,
        why,
    )
    assert found.ladder is not None
    assert found.ladder.value == ladder


def test_a_scale_out_adds_a_quarter_rounded_down_and_at_least_one() -> None:
    def bound(now: int) -> object:
        scaler = {"min": 2, "max": now, "current": now, "wanted": now + 3}
        step = plan(facts("high_cpu", autoscaler=scaler)).step
        return step and step.changes[0].after

    assert [bound(now) for now in (2, 3, 4, 7, 8, 11, 12, 13)] == [3, 4, 5, 8, 10, 13, 14, 14]


def test_a_scale_out_never_passes_the_cap() -> None:
    found = plan(facts("high_cpu", autoscaler={"min": 2, "max": 14, "current": 14, "wanted": 20}))

    assert found.verdict.value == "escalate"
    assert "cap_reached" in codes(found)


def test_a_scale_out_counts_the_surge_all_others_and_the_reserve() -> None:
    """12 new replicas and a surge of 1 with 8 connections each, 20 of others, 5 in reserve: 129 of 80 %."""
    fits = {"max_connections": 162, "connections": 100, "pool_size": 8, "others": 20, "reserve": 5}
    assert plan(facts("high_cpu", **BUSY, database=fits)).verdict.value == "act"

    found = plan(facts("high_cpu", **BUSY, database={**fits, "max_connections": 161}))
    assert (found.verdict.value, "connection_budget" in codes(found)) == ("escalate", True)


def test_a_minimum_goes_to_what_runs_and_one() -> None:
    scaler = {"min": 3, "max": 10, "current": 6, "wanted": 6}
    step = plan(facts("high_latency", autoscaler=scaler, metrics={"cpu_percent": 90})).step

    assert step is not None
    assert (step.changes[0].before, step.changes[0].after) == (3, 7)


def test_a_group_of_cluster_autoscaler_gets_a_larger_maximum_after_a_yes() -> None:
    group = {"name": "primary", "owner": "cluster_autoscaler", "min": 2, "desired": 6, "max": 6}
    found = plan(facts("high_cpu", **SICK, pods=pods(pending="cpu", ready=False), nodegroup=group))

    assert found.step is not None
    assert (found.verdict.value, found.step.changes[0].path, found.step.changes[0].after) == (
        "ask",
        "/scalingConfig/maxSize",
        7,
    )
    waits = plan(
        facts("high_cpu", **SICK, pods=pods(pending="cpu", ready=False), nodegroup={**group, "desired": 5})
    )
    assert waits.verdict.value == "wait"
    karpenter = plan(
        facts(
            "high_cpu",
            **SICK,
            pods=pods(pending="cpu", ready=False),
            nodegroup={**group, "owner": "karpenter"},
        )
    )
    assert "other_owner" in codes(karpenter)


def test_the_third_restart_for_memory_of_a_day_is_a_page() -> None:
    leaks = {"pods": pods(memory_percent=95)}
    runs = [run(60 * n, ladder="high_memory", rungs=["evict_pod"]) for n in (2, 8)]

    assert plan(facts("high_memory", history={"runs": runs[:1]}, **leaks)).verdict.value == "act"
    found = plan(facts("high_memory", history={"runs": runs}, **leaks))
    assert (found.verdict.value, found.told.value, codes(found)[0]) == ("escalate", "on_duty", "leak_returns")


def test_a_restart_needs_a_surge_and_two_that_stay_ready() -> None:
    old = every(memory_percent=95)

    def restarted(**of_workload: int) -> list[str]:
        workload = {"kind": "Deployment", "desired": 4, "ready": 4, **of_workload}
        found = plan(facts("high_memory", pods=old, workload=workload))
        return ["rolling_restart"] if found.step else codes(found)

    assert restarted(max_unavailable=0, max_surge=1) == ["rolling_restart"]
    assert restarted(max_unavailable=1, max_surge=1) == ["rolling_restart"]
    assert "unavailable_during_restart" in restarted(max_unavailable=1, max_surge=0)
    assert "ready_floor" in restarted(max_unavailable=3, max_surge=1)
    assert "ready_floor" in restarted(ready=1, max_unavailable=0)


def test_a_ready_pod_goes_only_where_two_stay_ready_and_healthy() -> None:
    hot = pods(cpu_percent=95)
    two = {"kind": "Deployment", "desired": 3, "ready": 2}

    assert "ready_floor" in codes(plan(facts("high_cpu", pods=hot, workload=two)))
    assert "healthy_floor" in codes(plan(facts("high_cpu", pods=hot, targets={"healthy": 2})))


def test_a_cordon_stays_within_a_fifth_of_the_pool() -> None:
    one = nodes(cordoned=True, cordoned_by_us=True, memory_pressure=False)
    ill = [*one[:1], {**one[1], "memory_pressure": True}, *one[2:]]
    assert "cordon_limit" in codes(plan(facts("high_memory", nodes=ill)))

    more = [*ill, *({"name": f"more-{n}", "zone": "zone-1", "ready": True} for n in range(6))]
    found = plan(facts("high_memory", nodes=more))
    assert found.step is not None
    assert found.step.rung.value == "cordon_node"


def test_a_node_that_a_person_cordoned_is_theirs() -> None:
    assert "other_owner" in codes(
        plan(facts("high_memory", nodes=nodes(memory_pressure=True, cordoned=True)))
    )


def test_a_drain_asks_only_where_fewer_than_two_serve_elsewhere() -> None:
    dead = {"nodes": nodes(ready=False, cordoned=True, cordoned_by_us=True)}
    gone = [pods(2)[1], {"name": "api-0", "ready": False, "node": "node-0"}]
    few = {"healthy": 1, "unhealthy_pods": ["api-0"]}

    found = plan(facts("low_availability", **dead, pods=gone, targets=few))
    assert found.step is not None
    assert (found.verdict.value, found.step.rung.value) == ("ask", "drain_node")
    others = [*pods(6)[1::2], gone[1]]
    serve = plan(facts("low_availability", **dead, pods=others, targets={**few, "healthy": 2}))
    assert serve.step is not None
    assert (serve.verdict.value, serve.step.rung.value) == ("act", "drain_node")


def test_a_roll_out_is_awaited_while_two_of_the_old_revision_serve() -> None:
    waits = released(6, in_progress=True, deadline=ahead(4), previous_ready=2)
    bad = {**FEW, "pods": every(ready=False, template="new", crash_looping=True)}

    assert plan(facts("low_availability", **{**waits, **bad})).verdict.value == "wait"
    for over in ({"deadline": ago(0)}, {"previous_ready": 1}):
        late = released(6, **{"in_progress": True, "deadline": ahead(4), "previous_ready": 2, **over})
        late["workload"] = {**late["workload"], "ready": 1}
        found = plan(facts("low_availability", **{**late, **bad}))
        assert found.step is not None
        assert found.step.rung.value == "rollback"


def test_an_argo_rollout_under_way_is_aborted_and_else_gets_its_template_back() -> None:
    ill = {"pods": every(errors_percent=50, template="new")}

    def change(*, in_progress: bool) -> tuple[str, object]:
        step = plan(
            facts("high_errors", **{**released(10, kind="Rollout", in_progress=in_progress), **ill})
        ).step
        assert step is not None
        return step.changes[0].path, step.changes[0].after

    assert change(in_progress=True) == ("/status/abort", True)
    assert change(in_progress=False) == ("/spec/template", "good")


def test_a_release_that_began_too_early_or_whose_pods_are_well_is_not_the_cause() -> None:
    ill = {"pods": every(errors_percent=50, template="new")}
    assert plan(facts("high_errors", **{**released(34), **ill})).step is not None
    assert plan(facts("high_errors", **{**released(35), **ill})).step is None

    old = [*every(2, errors_percent=50, template="good"), {"name": "n", "ready": True, "template": "new"}]
    assert plan(facts("high_errors", **{**released(10), "pods": old})).step is None


def test_a_restart_after_the_bad_release_does_not_hide_it() -> None:
    """The roll-out of a restart is younger; the ledger knows the template by its content."""
    given = released(20)
    given["rollout"] = {"in_progress": False, "began": ago(5)}
    found = plan(facts("high_errors", **{**given, "pods": every(errors_percent=50, template="new")}))

    assert found.step is not None
    assert found.step.changes[0].after == "good"


def test_unknown_templates_are_passed_over_and_bad_ones_never_taken() -> None:
    stints = [
        {"key": "new", "began": ago(10)},
        {"key": "short", "began": ago(30), "ended": ago(10)},
        {"key": "blamed", "began": ago(600), "ended": ago(30), "blamed": True},
        {"key": "alarming", "began": ago(700), "ended": ago(600), "first_alarm": ago(680)},
        {"key": "old", "began": ago(900), "ended": ago(700)},
    ]
    ill = {**released(10), "pods": every(errors_percent=50, template="new")}
    found = plan(facts("high_errors", **{**ill, "ledger": {"stints": stints}}))
    assert found.step is not None
    assert found.step.changes[0].after == "old"

    none = plan(facts("high_errors", **{**ill, "ledger": {"stints": stints[:4]}}))
    assert (none.step, "no_known_good" in codes(none)) == (None, True)


@pytest.mark.parametrize(("kind", "verdict"), [("contract", "ask"), ("expand", "act")])
def test_only_a_contract_migration_since_asks(kind: str, verdict: str) -> None:
    given = {**released(10), "pods": every(errors_percent=50, template="new")}
    given["ledger"] = {**given["ledger"], "migrations": [{"kind": kind, "at": ago(9)}]}

    assert plan(facts("high_errors", **given)).verdict.value == verdict


def test_gitops_that_heals_itself_pages_with_the_commit() -> None:
    given = {**released(10), "pods": every(errors_percent=50, template="new")}
    given["workload"] = {**given["workload"], "gitops": {"self_heals": True, "commit": "4f2cea2"}}
    found = plan(facts("high_errors", **given))

    assert (found.verdict.value, found.told.value, found.step) == ("escalate", "on_duty", None)
    assert "4f2cea2" in found.reasons[0].text


def test_few_connections_for_the_class_are_left_and_said() -> None:
    database = {"max_connections": 5000, "connections": 81, "pool_size": 8, "others": 20, "reserve": 5}
    found = plan(facts("database_connections", database=database))

    assert (found.verdict.value, found.told.value, codes(found)[0]) == ("nothing", "team", "few_connections")


def test_sessions_end_by_role_age_and_number() -> None:
    idle = "idle in transaction"
    given = [
        session(1, idle, 60),
        session(2, idle, 300, role="rdsadmin"),
        session(3, idle, 300, purpose="migration"),
        session(4, "active", 900),
        *(session(10 + n, idle, 100 + n) for n in range(12)),
    ]
    step = plan(facts("database_connections", sessions=given)).step

    assert step is not None
    assert [change.path for change in step.changes] == [f"terminate/{21 - n}" for n in range(10)]


def test_idle_sessions_end_only_above_ninety_per_cent_and_beyond_the_floor() -> None:
    given = [session(1 + n, "idle", 60 * (11 + n)) for n in range(4)]
    full = {
        "max_connections": 100,
        "connections": 91,
        "pool_size": 8,
        "others": 20,
        "reserve": 5,
        "pool_floor": 2,
    }

    step = plan(facts("database_connections", sessions=given, database=full)).step
    assert step is not None
    assert [change.path for change in step.changes] == ["terminate/4", "terminate/3"]
    calm = plan(facts("database_connections", sessions=given, database={**full, "connections": 90})).step
    assert calm is not None
    assert calm.rung.value == "degraded_mode"


def test_the_bound_is_lowered_only_when_replicas_rose_and_pods_are_cool() -> None:
    database = {"max_connections": 100, "connections": 85, "pool_size": 8, "others": 20, "reserve": 5}
    scaler = {"min": 3, "max": 10, "current": 7, "wanted": 7}
    more = {"workload": {"kind": "Deployment", "desired": 7, "ready": 7}, "targets": {"healthy": 7}}

    def rung(minutes: float, cpu: int) -> tuple[str, object]:
        given = facts(
            "database_connections",
            history={"replicas_rose_at": ago(minutes)},
            database=database,
            autoscaler=scaler,
            pods=every(7, cpu_percent=cpu),
            **more,
        )
        step = plan(given).step
        assert step is not None
        return step.rung.value, step.changes[0].after

    assert rung(30, 50) == ("lower_max_replicas", 5)
    assert rung(31, 50)[0] == "degraded_mode"
    assert rung(30, 51)[0] == "degraded_mode"


def test_of_several_alarms_the_gravest_decides() -> None:
    order = [
        "low_availability",
        "database_connections",
        "high_errors",
        "high_cpu",
        "high_memory",
        "high_latency",
    ]
    for place in range(2, 7):
        found = plan(facts(*reversed(order[-place:][:4]), **FEW, autoscaler=None))
        assert found.ladder is not None
        assert found.ladder.value == order[-place:][:4][0]


def test_what_is_not_a_ladders_own_is_handed_on_once() -> None:
    hot = {"pods": pods(cpu_percent=95)}
    found = plan(facts("low_availability", "high_cpu", **hot))
    assert (found.verdict.value, [ladder.value for ladder in found.handed_on]) == (
        "act",
        ["low_availability"],
    )

    few = {
        "database": {"max_connections": 5000, "connections": 81, "pool_size": 8, "others": 2, "reserve": 5}
    }
    twice = plan(facts("low_availability", "database_connections", "high_cpu", **few, **hot))
    assert (twice.verdict.value, codes(twice)[0]) == ("nothing", "few_connections")


def test_no_rung_is_taken_twice_in_a_run() -> None:
    at_work = {
        "id": "r",
        "ladder": "high_cpu",
        "alarm": "High CPU Usage (dev)",
        "changes": 1,
        "tried": ["evict_pod"],
    }
    found = plan(facts("high_cpu", history={"at_work": at_work}, **BUSY, pods=pods(cpu_percent=95)))
    assert found.step is not None
    assert found.step.rung.value == "raise_max_replicas"

    spent = plan(facts("high_cpu", history={"at_work": {**at_work, "changes": 2}}, **BUSY))
    assert (spent.verdict.value, spent.told.value, codes(spent)) == ("escalate", "on_duty", ["rungs_spent"])


def test_degraded_mode_needs_the_alarm_and_the_api_alone() -> None:
    blind = facts("high_errors")
    blind["snapshot"] = {"asleep": False, "rollout": None, "api_mode": "normal"}
    found = plan(blind)

    assert found.step is not None
    assert (found.verdict.value, found.step.rung.value) == ("ask", "degraded_mode")


def test_a_rung_that_the_policy_switches_off_is_passed_over() -> None:
    found = plan(facts("high_cpu", **BUSY, pods=pods(cpu_percent=95)), by=policy(rungs={"evict_pod": "off"}))
    assert AUTO.services["api"].mode == "auto"
    assert found.step is not None
    assert found.step.rung.value == "raise_max_replicas"
