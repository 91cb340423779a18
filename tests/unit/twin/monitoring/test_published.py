"""What AWS's services publish follows from pods, releases and people, by AWS's reporting criteria."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.monitoring import load
from twin.monitoring.facts import Facts, Node, Pod
from twin.monitoring.published import insights, load_balancer, stores
from twin.monitoring.published.situation import API, Door, Situation, Watched
from twin.monitoring.strain import Strain

NOON = datetime(2026, 12, 8, 12, tzinfo=load.ZONE)
DOOR = Door("app/k8s-x/0123456789abcdef", "targetgroup/k8s-y/0123456789abcdef")
WATCHED = Watched("prod", "c", "app-production", "taskmanager-prod", "taskmanager-prod-001")
MI = 2**20


def pod(number: int, **more: Any) -> Pod:
    given = {
        "name": f"api-{number}", "namespace": "app-production", "app": API, "node": "n",
        "phase": "Running", "serving": True, "release": load.GOOD, **more,
    }  # fmt: skip
    return Pod(**given)


def situation(*pods: Pod, door: Door | None = DOOR, at: datetime = NOON, **strain: Any) -> Situation:
    node = Node("n", ready=True, cordoned=False, cpus=2, memory=4096 * MI)
    facts = Facts(at, (node,), pods, (), (), (), database=True)
    return Situation(WATCHED, facts, Strain(**strain), door, pod_cpu=0.5, pod_memory=512.0 * MI)


def read(publish: Any, of: Situation) -> dict[str, float | None]:
    return {
        metric.name: None if samples is None else samples.statistic("Average")
        for metric, samples in publish(of)
    }


THREE = tuple(pod(number) for number in range(3))


def test_requests_are_answered_by_targets_and_by_the_load_balancer_when_none_serves() -> None:
    served = read(load_balancer.answers, situation(*THREE))
    assert served["RequestCount"]
    assert served["HTTPCode_ELB_5XX_Count"] is None
    refused = read(load_balancer.answers, situation())
    assert refused["HTTPCode_ELB_5XX_Count"]
    assert {name for name, value in refused.items() if value} == {"HTTPCode_ELB_5XX_Count"}


@given(st.integers(0, 3))
def test_the_share_of_failures_is_that_of_the_bad_releases_pods(bad: int) -> None:
    pods = [pod(number, release=load.BAD.image if number < bad else load.GOOD) for number in range(3)]
    told = read(load_balancer.answers, situation(*pods))
    share = (told["HTTPCode_Target_5XX_Count"] or 0) / (told["RequestCount"] or 1)
    assert share == pytest.approx(load.BAD_ERROR_SHARE * bad / 3, abs=0.002)


@pytest.mark.parametrize(
    ("pods", "healthy", "unhealthy"),
    [
        (THREE, 3, 0),
        ((*THREE, pod(3, serving=False)), 3, 1),
        ((pod(0, serving=False),), 0, 1),
        ((pod(0, serving=False, phase="Pending"),), None, None),  # it has no address to register
        ((), None, None),
    ],
)
def test_health_is_readiness_and_is_told_while_targets_are_registered(
    pods: tuple[Pod, ...], healthy: int | None, unhealthy: int | None
) -> None:
    assert read(load_balancer.targets, situation(*pods)) == {
        "HealthyHostCount": healthy,
        "UnHealthyHostCount": unhealthy,
    }


def test_a_load_balancer_that_is_not_there_publishes_nothing() -> None:
    for publish in (load_balancer.answers, load_balancer.times, load_balancer.targets):
        assert list(publish(situation(*THREE, door=None))) == []


def test_slowness_and_bad_releases_lengthen_the_answers() -> None:
    usual, slow, bad = (
        read(load_balancer.times, each)["TargetResponseTime"] or 0
        for each in (
            situation(*THREE),
            situation(*THREE, slowness=20.0),
            situation(*(pod(n, release=load.BAD.image) for n in range(3))),
        )
    )
    assert slow == pytest.approx(20 * usual, rel=0.05)
    assert bad == pytest.approx(load.BAD_SLOWNESS * usual, rel=0.05)


@given(st.floats(0.001, 0.999), st.floats(0.001, 10))
def test_a_time_of_a_share_is_the_other_way_round(share: float, median: float) -> None:
    assert load.share_within(load.time_of_share(share, median), median) == pytest.approx(share)


@given(st.integers(0, 7200))
def test_a_leak_grows_up_to_the_limit(seconds: int) -> None:
    told = read(insights.pods, situation(*THREE, leaks_since=NOON - timedelta(seconds=seconds)))
    usual = read(insights.pods, situation(*THREE))
    memory, before = (each["pod_memory_utilization_over_pod_limit"] or 0 for each in (told, usual))
    assert before <= memory < 100


def test_no_pods_and_no_nodes_tell_nothing() -> None:
    assert set(read(insights.pods, situation()).values()) == {None}
    empty = Situation(WATCHED, Facts(NOON, (), (), (), (), (), database=False), Strain(), None, 0.5, 1.0)
    assert set(read(insights.nodes, empty).values()) == {None}
    assert read(stores.database, empty)["DatabaseConnections"] is None


def test_a_pool_that_is_held_adds_to_the_pods_own() -> None:
    usual = read(stores.database, situation(*THREE))["DatabaseConnections"] or 0
    assert read(stores.database, situation(*THREE, connections=70))["DatabaseConnections"] == usual + 70


def test_all_week_what_is_usual_stays_below_every_threshold() -> None:
    for minute in range(7 * 24 * 60):
        here = situation(*THREE, at=NOON + timedelta(minutes=minute))
        pods, times = read(insights.pods, here), dict(load_balancer.times(here))
        assert (pods["pod_cpu_utilization_over_pod_limit"] or 0) < 70
        for samples in times.values():
            assert samples is not None
            assert (samples.statistic("p95") or 0) < 0.4
