"""Cordon, drain, and what happens to pods when nodes come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Subject


def _cordon(cluster: Subject, node: str, *, cordoned: bool = True) -> None:
    cluster.patch(f"/api/v1/nodes/{node}", {"spec": {"unschedulable": cordoned or None}})


def _taint(cluster: Subject, node: str, taint: dict[str, str]) -> None:
    found = cluster.get(f"/api/v1/nodes/{node}")["spec"]["taints"]
    kept = [taint for taint in found if not taint["key"].startswith("node.kubernetes.io/")]
    cluster.patch(f"/api/v1/nodes/{node}", {"spec": {"taints": [*kept, taint]}})


def _places(cluster: Subject) -> list[str]:
    return sorted(pod["spec"].get("nodeName", "") for pod in cluster.pods())


def _scheduled(pod: dict[str, Any]) -> dict[str, Any]:
    found = [
        condition
        for condition in pod["status"].get("conditions") or ()
        if condition["type"] == "PodScheduled"
    ]
    return dict(found[0]) if found else {}


def _refused(cluster: Subject) -> bool:
    return all(_scheduled(pod).get("status") == "False" for pod in cluster.pods())


def test_a_cordoned_node_gets_no_pod_and_keeps_its_own(cluster: Subject) -> None:
    first = cluster.add_node()
    cluster.run("web", 2)
    second = cluster.add_node()
    _cordon(cluster, first)
    cluster.patch(cluster.at("deployments", "web", "scale"), {"spec": {"replicas": 4}})
    cluster.until_ready("web", 4)
    assert _places(cluster) == [first, first, second, second]


def test_a_pod_that_fits_nowhere_waits_with_the_schedulers_reason(cluster: Subject) -> None:
    node = cluster.add_node()
    _cordon(cluster, node)
    cluster.make("deployments", cluster.deployment(replicas=1))
    # At first the new node may still be tainted; the scheduler's sentence follows what it sees.
    cluster.until(
        lambda: (
            ["1 node(s) were unschedulable" in _scheduled(pod).get("message", "") for pod in cluster.pods()]
            == [True]
        ),
        "the refusal of a cordoned node",
    )
    [pod] = cluster.pods()
    assert (pod["status"]["phase"], _scheduled(pod)["reason"]) == ("Pending", "Unschedulable")


def test_a_waiting_pod_is_placed_when_its_node_is_uncordoned(cluster: Subject) -> None:
    node = cluster.add_node()
    _cordon(cluster, node)
    cluster.make("deployments", cluster.deployment(replicas=1))
    cluster.until(lambda: len(cluster.pods()) == 1 and _refused(cluster), "the refusal")
    _cordon(cluster, node, cordoned=False)
    cluster.until_ready("web", 1)


def test_a_waiting_pod_is_placed_when_a_node_joins(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=2))
    cluster.until(lambda: len(cluster.pods()) == 2 and _refused(cluster), "the refusal")
    node = cluster.add_node()
    cluster.until_ready("web", 2)
    assert _places(cluster) == [node, node]


def test_a_pod_asks_for_room_and_waits_without_it(cluster: Subject) -> None:
    cluster.add_node()
    body = cluster.deployment(replicas=3)
    body["spec"]["template"]["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "900m"}}
    cluster.make("deployments", body)

    def settled() -> bool:
        """Two have a node, and the third was refused for want of room: a new node may be tainted at first."""
        told = [_scheduled(pod) for pod in cluster.pods()]
        refused = [condition for condition in told if "1 Insufficient cpu" in condition.get("message", "")]
        return [len(told), len(refused), sum(condition.get("status") == "True" for condition in told)] == [
            3,
            1,
            2,
        ]

    cluster.until(settled, "two places and a refusal for want of room")


def test_pods_spread_over_zones_as_their_constraint_says(cluster: Subject) -> None:
    for zone in ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"):
        cluster.add_node(zone)
    body = cluster.deployment(replicas=6)
    body["spec"]["template"]["spec"]["topologySpreadConstraints"] = [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "DoNotSchedule",
            "labelSelector": {"matchLabels": {"app": "web"}},
        }
    ]
    cluster.make("deployments", body)
    cluster.until_ready("web", 6)
    places = _places(cluster)
    assert sorted(places.count(place) for place in set(places)) == [2, 2, 2]


def test_two_nodes_are_drained_at_once_without_ever_falling_below_the_budget(cluster: Subject) -> None:
    nodes = [cluster.add_node(zone) for zone in ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")]
    cluster.run("web", 4)
    budget = {"selector": {"matchLabels": {"app": "web"}}, "minAvailable": 3}
    cluster.make("poddisruptionbudgets", {"metadata": {"name": "web"}, "spec": budget})
    path = cluster.at("poddisruptionbudgets", "web")
    cluster.until(lambda: cluster.get(path)["status"]["currentHealthy"] == 4, "the budget")
    for node in nodes[:2]:
        _cordon(cluster, node)
    least = 4

    def drained() -> bool:
        nonlocal least
        least = min(least, cluster.get(path)["status"]["currentHealthy"])
        for pod in cluster.pods():
            name = pod["metadata"]["name"]
            if pod["spec"].get("nodeName") in nodes[:2]:
                eviction = cluster.at("pods", name, "eviction")
                assert cluster.send("POST", eviction, {"metadata": {"name": name}}).code in (201, 404, 429)
        return _places(cluster) == [nodes[2]] * 4

    cluster.until(drained, "the drain", within_s=120)
    cluster.until_ready("web", 4)
    assert least >= 3


def test_a_tainted_node_gets_no_pod(cluster: Subject) -> None:
    node = cluster.add_node()
    _taint(cluster, node, {"key": "example.com/broken", "effect": "NoSchedule"})
    cluster.make("deployments", cluster.deployment(replicas=1))
    cluster.until(lambda: len(cluster.pods()) == 1 and _refused(cluster), "the refusal")
    assert "1 node(s) had untolerated taint(s)" in _scheduled(cluster.pods()[0])["message"]


@pytest.mark.only("simulation", reason="the real one's nodes are played by kwok, which keeps every one Ready")
def test_a_node_that_is_not_ready_gets_no_pod(cluster: Subject) -> None:
    node = cluster.add_node()
    condition = {"type": "Ready", "status": "False", "reason": "KubeletNotReady", "message": ""}
    strategic = "application/strategic-merge-patch+json"
    cluster.patch(f"/api/v1/nodes/{node}/status", {"status": {"conditions": [condition]}}, strategic)
    cluster.make("deployments", cluster.deployment(replicas=1))
    assert _refused(cluster)


def test_the_pods_of_a_deleted_node_are_collected_and_made_again(cluster: Subject) -> None:
    first = cluster.add_node()
    cluster.run("web", 2)
    before = {pod["metadata"]["uid"] for pod in cluster.pods()}
    second = cluster.add_node()
    cluster.delete(f"/api/v1/nodes/{first}")
    cluster.until(
        lambda: not before & {pod["metadata"]["uid"] for pod in cluster.pods()},
        "the collection",
        within_s=120,
    )
    cluster.until_ready("web", 2)
    assert _places(cluster) == [second] * 2


def test_a_no_execute_taint_drives_pods_off(cluster: Subject) -> None:
    first = cluster.add_node()
    cluster.run("web", 2)
    second = cluster.add_node()
    _taint(cluster, first, {"key": "example.com/broken", "effect": "NoExecute"})
    cluster.until(lambda: _places(cluster) == [second] * 2, "the flight")


@pytest.mark.parametrize("tolerance", [1, 2])
def test_a_pod_stays_for_as_long_as_it_tolerates_a_taint(cluster: Subject, tolerance: int) -> None:
    node = cluster.add_node()
    key = "example.com/broken"
    toleration = {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": tolerance}
    spec = cluster.pod_spec()
    spec["tolerations"].append(toleration)
    cluster.make("pods", {"metadata": {"name": "p", "labels": {"app": "web"}}, "spec": spec})
    cluster.until(lambda: cluster.condition(cluster.at("pods", "p"), "Ready") == "True", "the pod")
    _taint(cluster, node, {"key": key, "effect": "NoExecute"})
    assert "deletionTimestamp" not in cluster.get(cluster.at("pods", "p"))["metadata"]
    cluster.until(lambda: not cluster.exists(cluster.at("pods", "p")), "the pod to go")
