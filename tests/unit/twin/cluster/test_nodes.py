"""Nodes join, are cordoned, fail and go; their pods go with them and are made again elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin.cluster.machines import Machine
from twin.cluster.readiness import Readiness

if TYPE_CHECKING:
    from datetime import datetime

    from tests.unit.twin.cluster.conftest import Bench


def _places(bench: Bench) -> set[str]:
    return {pod["spec"].get("nodeName", "") for pod in bench.pods()}


def _ready(bench: Bench) -> int:
    return int(bench.get("deployments.apps", "api")["status"].get("readyReplicas", 0))


def test_a_node_says_what_machine_it_is(bench: Bench) -> None:
    bench.add_nodes("n1")
    node = bench.get("nodes", "n1", "")
    assert node["spec"]["providerID"] == "aws:///ap-northeast-1a/i-00000000000000000"
    assert node["metadata"]["labels"]["eks.amazonaws.com/nodegroup"] == "primary"
    assert node["metadata"]["labels"]["topology.kubernetes.io/zone"] == "ap-northeast-1a"
    assert node["metadata"]["labels"]["node.kubernetes.io/instance-type"] == "t3.medium"
    assert node["status"]["allocatable"]["pods"] == "17"
    assert bench.condition("nodes", "n1", "Ready")["reason"] == "KubeletReady"


def test_an_unknown_instance_type_is_refused_by_name(bench: Bench) -> None:
    machine = Machine("n1", "ap-northeast-1a", "primary", "i-0", instance_type="t9.nano")
    with pytest.raises(KeyError, match=r"t9\.nano.*t3\.medium"):
        bench.cluster.add_node(machine)


def test_a_joining_node_takes_pods_only_once_it_is_ready(bench: Bench) -> None:
    bench.deploy()
    bench.add_nodes("n1", ready_after_s=90)
    bench.run(seconds=89)
    assert _places(bench) == {""}
    bench.run(seconds=1)
    assert _places(bench) == {"n1"}
    bench.run(seconds=19)
    assert _ready(bench) == 0
    bench.run(seconds=1)
    assert _ready(bench) == 3


def test_pods_that_fit_nowhere_wait_with_a_reason_and_are_placed_when_a_node_appears(bench: Bench) -> None:
    bench.deploy()
    pod = bench.pods()[0]
    told = pod["status"]["conditions"][0]
    assert (pod["status"]["phase"], told["type"], told["status"]) == ("Pending", "PodScheduled", "False")
    assert (told["reason"], told["message"]) == ("Unschedulable", "no nodes available to schedule pods")
    bench.add_nodes("n1")
    assert _places(bench) == {"n1"}


def test_a_cordoned_node_keeps_its_pods_and_takes_no_more(bench: Bench) -> None:
    bench.add_nodes("n1", "n2")
    bench.patch("/api/v1/nodes/n1", {"spec": {"unschedulable": True}})
    bench.deploy()
    assert _places(bench) == {"n2"}
    bench.patch("/api/v1/nodes/n2", {"spec": {"unschedulable": True}})
    bench.patch("/apis/apps/v1/namespaces/app-production/deployments/api", {"spec": {"replicas": 4}})
    assert _places(bench) == {"n2", ""}
    bench.patch("/api/v1/nodes/n1", {"spec": {"unschedulable": None}})
    assert _places(bench) == {"n1", "n2"}
    assert bench.get("nodes", "n1", "")["spec"].get("taints") is None


def test_a_node_that_is_removed_takes_its_pods_with_it(bench: Bench) -> None:
    bench.add_nodes("n1")
    bench.deploy()
    bench.run(seconds=30)
    before = {pod["metadata"]["name"] for pod in bench.pods()}
    bench.add_nodes("n2")
    bench.send("DELETE", "/api/v1/nodes/n1")
    bench.run(seconds=41)
    assert not before & {pod["metadata"]["name"] for pod in bench.pods()}
    bench.run(seconds=20)
    assert _places(bench) == {"n2"}
    assert _ready(bench) == 3


def test_a_machine_that_shuts_down_stops_serving_at_once_and_is_gone_later(bench: Bench) -> None:
    bench.add_nodes("n1", "n2")
    bench.deploy(replicas=4)
    bench.run(seconds=30)
    bench.cluster.terminate_node("n1", gone_after_s=60)
    assert _ready(bench) == 2
    assert bench.condition("nodes", "n1", "Ready")["status"] == "False"
    bench.run(seconds=60)
    assert [node["metadata"]["name"] for node in bench.cluster.nodes()] == ["n2"]
    bench.run(seconds=61)
    assert _places(bench) == {"n2"}
    assert _ready(bench) == 4


def test_a_new_node_of_an_old_name_outlives_the_old_one(bench: Bench) -> None:
    bench.add_nodes("n1")
    bench.cluster.terminate_node("n1", gone_after_s=60)
    bench.send("DELETE", "/api/v1/nodes/n1")
    bench.add_nodes("n1")
    bench.run(seconds=120)
    assert bench.condition("nodes", "n1", "Ready")["status"] == "True"


def test_a_machine_that_is_terminated_while_it_boots_never_becomes_ready(bench: Bench) -> None:
    bench.add_nodes("n1", ready_after_s=30)
    bench.cluster.terminate_node("n1", gone_after_s=300)
    bench.run(seconds=120)
    assert bench.condition("nodes", "n1", "Ready")["status"] == "False"


def test_pods_are_evicted_from_a_node_that_stays_unreachable_for_five_minutes(bench: Bench) -> None:
    bench.add_nodes("n1", "n2")
    bench.deploy(replicas=4)
    bench.run(seconds=30)
    lost = {pod["metadata"]["name"] for pod in bench.pods() if pod["spec"]["nodeName"] == "n1"}
    status = {"conditions": [{"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}]}
    bench.patch("/api/v1/nodes/n1/status", {"status": status})
    bench.run(seconds=299)
    assert all("deletionTimestamp" not in pod["metadata"] for pod in bench.pods())
    bench.run(seconds=1)
    ending = {pod["metadata"]["name"] for pod in bench.pods() if "deletionTimestamp" in pod["metadata"]}
    assert ending == lost
    bench.run(seconds=20)
    assert _ready(bench) == 4


def test_pods_serve_again_when_their_node_comes_back(bench: Bench) -> None:
    bench.add_nodes("n1")
    bench.deploy()
    bench.run(seconds=30)
    bench.cluster._nodes._say_ready("n1", bench.cluster._nodes._uid("n1"), "False")
    bench.cluster._loop.settle()
    assert _ready(bench) == 0
    bench.cluster._nodes._say_ready("n1", bench.cluster._nodes._uid("n1"), "True")
    bench.cluster._loop.settle()
    assert _ready(bench) == 3


def test_readiness_is_told_on_every_change_and_only_then(bench: Bench) -> None:
    told: dict[datetime, Readiness] = {}
    bench.cluster.on_readiness(told.__setitem__)
    start = bench.clock.now
    bench.deploy()
    bench.add_nodes("n1", ready_after_s=60)
    bench.run(hours=1)
    bench.send("DELETE", "/api/v1/nodes/n1")
    bench.run(hours=1)
    assert [
        ((at - start).total_seconds(), readiness.nodes, readiness.pods) for at, readiness in told.items()
    ] == [
        (0, 0, 0),
        (60, 1, 0),
        (80, 1, 3),
        (3600, 0, 3),
        (3640, 0, 0),
    ]
    assert bench.cluster.readiness == Readiness(nodes=0, pods=0)


def test_a_daemon_follows_the_nodes_and_stays_on_a_cordoned_one(bench: Bench) -> None:
    bench.add_nodes("n1", "n2")
    labels = {"app": "agent"}
    container = {"name": "agent", "image": "agent:1"}
    bench.cluster.apply(
        {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": {"name": "agent", "namespace": "app-production"},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
            },
        }
    )
    bench.run(seconds=30)
    bench.patch("/api/v1/nodes/n1", {"spec": {"unschedulable": True}})
    bench.run(seconds=30)
    assert _places(bench) == {"n1", "n2"}
    bench.cluster.terminate_node("n1", gone_after_s=30)
    bench.run(seconds=80)
    assert _places(bench) == {"n2"}
    assert bench.get("daemonsets.apps", "agent")["status"]["desiredNumberScheduled"] == 1
