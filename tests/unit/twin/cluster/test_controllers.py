"""Workloads move by themselves: rollout, placing, budgets and draining, over virtual time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from twin.clock import Clock
from twin.cluster.api.requests import Request
from twin.cluster.simulation import SimulatedCluster

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock(datetime(2026, 11, 2, tzinfo=UTC))
    yield clock
    clock.close()


@pytest.fixture
def cluster(clock: Clock) -> SimulatedCluster:
    cluster = SimulatedCluster(clock, seed=1)
    labels = {"app": "api"}
    ask = {"requests": {"cpu": "200m", "memory": "256Mi"}}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "api", "image": "a:1", "resources": ask}]},
    }
    selector = {"matchLabels": labels}
    meta = {"name": "api", "namespace": "app-production"}
    cluster.apply(*(_node(name) for name in ("n1", "n2", "n3")))
    cluster.apply(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
         "spec": {"replicas": 3, "selector": selector, "template": template}},
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta,
         "spec": {"minAvailable": 2, "selector": selector}},
    )  # fmt: skip
    return cluster


def _node(name: str) -> dict[str, Any]:
    room = {"cpu": "2", "memory": "4Gi", "pods": "17"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name},
        "spec": {},
        "status": {"allocatable": room},
    }


def _pods(cluster: SimulatedCluster) -> list[dict[str, Any]]:
    return cluster.objects.listing("pods", "app-production")


def _evict(cluster: SimulatedCluster, name: str) -> int:
    path = f"/api/v1/namespaces/app-production/pods/{name}/eviction"
    return cluster._api.answer(Request("POST", path, body={"metadata": {"name": name}})).code


def _pass(clock: Clock, seconds: int) -> None:
    clock.run_until(clock.now + timedelta(seconds=seconds))


def test_a_deployment_becomes_available_on_spread_nodes(cluster: SimulatedCluster, clock: Clock) -> None:
    _pass(clock, 60)
    found = cluster.objects.get("deployments.apps", "app-production", "api")
    assert found is not None
    assert found["status"]["availableReplicas"] == 3
    assert {pod["spec"]["nodeName"] for pod in _pods(cluster)} == {"n1", "n2", "n3"}


def test_a_spent_budget_refuses_until_the_replacement_is_ready(
    cluster: SimulatedCluster, clock: Clock
) -> None:
    _pass(clock, 60)
    first, second, _ = [pod["metadata"]["name"] for pod in _pods(cluster)]
    assert _evict(cluster, first) == 201
    assert _evict(cluster, second) == 429
    _pass(clock, 60)
    assert _evict(cluster, second) == 201


def test_pods_without_room_wait_and_say_why(cluster: SimulatedCluster, clock: Clock) -> None:
    for name in ("n1", "n2", "n3"):
        cluster.objects.modify(
            "nodes", "", name, lambda node: node["status"]["allocatable"].update(cpu="100m")
        )
    _pass(clock, 60)
    before = {pod["metadata"]["name"] for pod in _pods(cluster)}
    path = "/apis/apps/v1/namespaces/app-production/deployments/api/scale"
    cluster._api.answer(
        Request("PATCH", path, body={"spec": {"replicas": 4}}, content_type="application/merge-patch+json")
    )
    [late] = [pod for pod in _pods(cluster) if pod["metadata"]["name"] not in before]
    assert late["status"]["conditions"][0]["message"] == "0/3 nodes are available: 3 Insufficient cpu."


def test_scaling_to_zero_takes_every_pod_away(cluster: SimulatedCluster, clock: Clock) -> None:
    _pass(clock, 60)
    path = "/apis/apps/v1/namespaces/app-production/deployments/api/scale"
    cluster._api.answer(
        Request("PATCH", path, body={"spec": {"replicas": 0}}, content_type="application/merge-patch+json")
    )
    _pass(clock, 60)
    assert _pods(cluster) == []
