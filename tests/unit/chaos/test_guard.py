"""The guard: every gate, at the edge of its number, and what it says when the world is calm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.facts import SOURCES
from functions.chaos.policy.gates import needed_by
from functions.chaos.policy.guard import decide
from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.reading_facts import parse_facts
from tests.unit.chaos.worlds import CALM, NOW, answer, experiment, workload


def alarm(**changes: Any) -> list[dict[str, Any]]:
    return [{**CALM["alarms"][0], **changes}, *CALM["alarms"][1:]]


def budget(**changes: Any) -> dict[str, Any]:
    return {"error_budget": {**CALM["error_budget"], **changes}}


def works(source: str, **changes: Any) -> dict[str, Any]:
    return {source: [{"name": "it", **changes}]}


@pytest.mark.parametrize("name", FAULTS)
def test_in_a_calm_world_every_experiment_that_ships_may_run(name: str) -> None:
    decision = answer(name)

    assert decision.answer == "run", decision
    assert decision.refused_by == ()


def closed(kind: str, begin: str, end: str = "2027-01-13T00:00:00+09:00") -> dict[str, Any]:
    return {"schedule": [{"kind": kind, "name": "it", "begin": begin, "end": end}]}


CLOSED: list[tuple[str, dict[str, Any]]] = [
    ("kill-switch", {"pause": "kei: a bad day"}),
    ("alarms", {"alarms": alarm(state="ALARM")}),
    ("alarms", {"alarms": alarm(state="INSUFFICIENT_DATA")}),
    ("alarms", {"alarms": alarm(last_data_at="2027-01-12T10:58:00+09:00")}),
    ("alarms", {"alarms": alarm(last_data_at="2027-01-12T11:00:01+09:00")}),
    ("alarms", {"alarms": alarm(last_data_at=None)}),
    ("alarms", {"alarms": CALM["alarms"][1:]}),
    ("mutes", {"alarms": alarm(muted=True)}),
    ("burn", budget(burn_1h=1)),
    ("budget-left", budget(left_percent=25)),
    ("incidents", {"incidents": [{"id": "one", "closed_at": None}]}),
    ("incidents", {"incidents": [{"id": "one", "closed_at": "2027-01-12T10:00:00+09:00"}]}),
    ("lock", {"lock": {"holder": "night_scaling", "leased_until": "2027-01-12T11:00:01+09:00"}}),
    ("releases", works("releases")),
    ("releases", works("releases", begins="2027-01-12T11:09:59+09:00")),
    ("backups", works("backups")),
    ("restores", works("restores")),
    ("opt-in", {"opted_in": {**CALM["opted_in"], "namespaces": ["other"]}}),
    ("schedule", closed("sleep", "2027-01-12T11:09:59+09:00")),
    ("schedule", closed("holiday", "2027-01-12T00:00:00+09:00")),
    ("spacing", {"history": [{"experiment": "pod-kill", "ended_at": "2027-01-11T11:00:01+09:00"}]}),
    ("spacing", {"history": [{"experiment": "cpu", "ended_at": "2027-01-12T10:00:01+09:00"}]}),
    ("spacing", {"history": [{"experiment": "cpu", "ended_at": None}]}),
    ("degraded", {"degraded": ["worker: 1 of 2 ready"]}),
    ("degraded", {"workloads": [workload(3, 1, desired=4)]}),
    ("findings", {"findings": [{"id": "f", "experiment": "pod-kill", "state": "open"}]}),
    ("blast-radius", {"workloads": [workload(2, 2)]}),
    ("blast-radius", {"workloads": []}),
]  # fmt: skip


@pytest.mark.parametrize(("gate", "changes"), CLOSED)
def test_a_gate_that_is_closed_refuses_by_its_name_alone_and_is_recorded_without_telling(
    gate: str, changes: dict[str, Any]
) -> None:
    decision = answer(**changes)

    assert decision.answer == "refused"
    assert decision.refused_by == (gate,)
    assert not any(found.told for found in decision.gates)


OPEN: list[dict[str, Any]] = [
    {"alarms": alarm(last_data_at="2027-01-12T10:58:01+09:00")},
    {"alarms": [*CALM["alarms"], {**CALM["alarms"][0], "name": "other", "muted": True}]},
    budget(burn_1h=0.99),
    budget(left_percent=25.1),
    {"incidents": [{"id": "one", "closed_at": "2027-01-12T09:59:59+09:00"}]},
    {"lock": {"holder": "night_scaling", "leased_until": NOW}},
    works("releases", begins="2027-01-12T11:10:00+09:00"),
    works("copies"),
    closed("sleep", "2027-01-12T11:10:00+09:00"),
    closed("freeze", "2027-01-11T11:00:00+09:00", NOW),
    {"history": [{"experiment": "pod-kill", "ended_at": "2027-01-11T11:00:00+09:00"}]},
    {"history": [{"experiment": "cpu", "ended_at": "2027-01-12T10:00:00+09:00"}]},
    {"findings": [{"id": "f", "experiment": "pod-kill", "state": "acknowledged", "reason": "known"}]},
    {"workloads": [workload(3, 1), workload(1, 1, workload="Deployment/worker", desired=2)]},
]  # fmt: skip


@pytest.mark.parametrize("changes", OPEN)
def test_at_the_edge_of_its_number_a_gate_is_open(changes: dict[str, Any]) -> None:
    assert answer(**changes).answer == "run"


@pytest.mark.parametrize(
    ("now", "gate"),
    [
        ("2027-01-12T09:59:59+09:00", "window"),
        ("2027-01-12T10:00:00+09:00", ""),
        ("2027-01-12T15:55:00+09:00", ""),
        ("2027-01-12T15:55:01+09:00", "window"),
        ("2027-01-12T16:00:00+09:00", "window"),
        ("2027-01-16T11:00:00+09:00", "window"),
        ("2027-01-11T11:00:00+09:00", "window"),
        ("2027-01-12T01:30:00+00:00", ""),
    ],
)
def test_a_run_begins_and_ends_inside_its_window_on_its_own_wall_clock(now: str, gate: str) -> None:
    """The document's days are Tuesday to Thursday, and it takes five minutes."""
    minute_before = now[:17] + "00" + now[19:]
    alarms = [{**each, "last_data_at": minute_before} for each in CALM["alarms"]]

    assert answer(now=now, alarms=alarms, approval=None).refused_by == ((gate,) if gate else ())


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("source", SOURCES)
def test_no_experiment_starts_while_a_source_that_it_needs_is_unreadable_and_people_are_told(
    name: str, source: str
) -> None:
    needed = needed_by(FAULTS[name], source)
    decision = answer(name, **{source: {"unreadable": "AccessDenied"}})

    assert (decision.answer == "refused") == needed
    assert any(found.told for found in decision.gates) == needed


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_that_was_not_read_is_unreadable(source: str) -> None:
    left_out = parse_facts(json.dumps({key: value for key, value in CALM.items() if key != source}))
    refused = decide(experiment(), left_out, Numbers()).answer == "refused"

    assert refused == needed_by(FAULTS["pod-kill"], source)


def test_a_copy_under_way_is_a_gate_of_the_database_alone() -> None:
    copies = works("copies")

    assert answer("database-failover", **copies).refused_by == ("copies",)
    assert answer("cache-failover", **copies).answer == "run"


NOWHERE_TO_GO: list[tuple[str, dict[str, Any]]] = [
    ("database-failover", {"databases": [{**CALM["databases"][0], "multi_az": False}]}),
    ("cache-failover", {"caches": [{**CALM["caches"][0], "nodes": 1}]}),
    ("cache-failover", {"caches": [{**CALM["caches"][0], "multi_az": False}]}),
    ("zone-outage", {"workloads": [workload(3, 2, pods=[
        {**pod, "zone": "ap-northeast-1a"} for pod in CALM["workloads"][0]["pods"]
    ])]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes"), NOWHERE_TO_GO)
def test_what_cannot_prove_anything_here_is_not_applicable_unless_safety_refuses_first(
    name: str, changes: dict[str, Any]
) -> None:
    assert answer(name, **changes).answer == "not_applicable"
    assert answer(name, yes=False, **changes).answer == "not_applicable"
    assert answer(name, degraded=["x"], **changes).answer == "refused"


@pytest.mark.parametrize("name", FAULTS)
def test_the_graver_faults_and_everything_outside_dev_wait_for_a_persons_yes(name: str) -> None:
    grave = name in {"node-loss", "zone-outage", "database-failover", "cache-failover"}
    assert answer(name, yes=False).answer == ("needs_approval" if grave else "run")

    prod = {"environment": "prod", "duration_minutes": 10, "approval": {"required": True}}
    assert answer(name, document=prod, yes=False, environment="prod").answer == "needs_approval"
    assert answer(name, document=prod, environment="prod").answer == "run"


def test_a_yes_counts_for_this_document_from_these_people_and_for_a_day() -> None:
    document = {"approval": {"required": True, "from": ["aoi", "kei"]}}
    digest = experiment(**document).digest

    def given(**changes: str) -> str:
        yes = {"who": "aoi", "at": NOW, "digest": digest, **changes}
        return answer(document=document, approval=yes).answer

    assert given() == "run"
    assert given(who="mio") == "needs_approval"
    assert given(digest="0" * 16) == "needs_approval"
    assert given(at="2027-01-12T11:00:01+09:00") == "needs_approval"
    assert given(at="2027-01-11T11:00:00+09:00") == "needs_approval"
    assert given(at="2027-01-11T11:00:01+09:00") == "run"
