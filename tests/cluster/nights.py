"""What nights on the bed share: EKS's part, the machine's pace, the adapter with its rights, the facts."""

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from kubernetes import client, config

from functions.adapters.kubernetes import KubernetesCluster
from functions.core.cluster import Node
from functions.core.nodegroups import Size
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import APPLIED
from tests.cluster.conftest import Environment
from tests.cluster.groups import groups
from tests.fakes.eks import FakeNodegroups
from tests.fakes.step_functions import Walk, function_of
from tests.fakes.world import SETTINGS, World
from toban.cluster_bed import nodes, waiting
from toban.cluster_bed.client import Cluster

PACE_S = 0.2
"""A second of the machine's waiting is virtual; the cluster's controllers need a real moment."""
PATIENCE_S = 3
"""The longest real wait for one of the machine's: pods for which no node is left never start."""


class BedNodegroups(FakeNodegroups):
    """EKS's part: a raise brings nodes to the bed, and a retired instance takes its node along."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        super().__init__({"primary": Size(2, 3, 6)})

    def resize(self, name: str, size: Size) -> None:
        self.groups[name] = self.groups[name]._replace(size=size)
        zones = iter(nodes.ZONES)
        while len(self._present()) < size.desired:
            fresh = nodes.node(next(zones))
            if fresh["metadata"]["name"] not in self._present():
                self.cluster.call("POST", "/api/v1/nodes", fresh)
        waiting.until(lambda: nodes.ready(self.cluster) or not size.desired, what="nodes", within_s=30)

    def retire(self, node: Node) -> bool:
        name = next((n for n in self._present() if nodes.instance_of(n) == node.instance_id), None)
        if name is None:
            return False
        self.cluster.call("DELETE", f"/api/v1/nodes/{name}")
        size = self.groups["primary"].size
        self.groups["primary"] = self.groups["primary"]._replace(size=size._replace(desired=size.desired - 1))
        return True

    def _present(self) -> list[str]:
        return [each["metadata"]["name"] for each in self.cluster.items("/api/v1/nodes")]


class PacedWalk(Walk):
    """Gives the cluster a moment whenever the machine waits, and each step its own function's rights."""

    def _task(self, state: dict[str, Any], data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        self.world.cluster.act_for(function_of(state))
        return super()._task(state, data)

    @property
    def now(self) -> datetime:  # type: ignore[override] # an attribute of the parent
        return self._now

    @now.setter
    def now(self, value: datetime) -> None:
        self._now = value
        threading.Event().wait(PACE_S)
        with contextlib.suppress(waiting.GaveUpWaitingError):
            waiting.until(self._recovered, what="the evicted pods' successors", within_s=PATIENCE_S)

    def _recovered(self) -> bool:
        """Half a minute of the machine's is enough for a pod to start; a busy one takes a real while."""
        budgets = self.world.nodegroups.cluster.items("/apis/policy/v1/poddisruptionbudgets")
        states = [each.get("status", {}) for each in budgets]
        return all(
            s["currentHealthy"] >= min(s["expectedPods"], s["desiredHealthy"] + 1) for s in states if s
        )


class BedCluster(KubernetesCluster):
    """The unchanged adapter, on the official client, with the rights of one access entry's group alone."""

    def __init__(self, api: client.ApiClient) -> None:
        super().__init__(api=api)
        self._api = api

    def act_for(self, function: str) -> "BedCluster":
        """Goes on with the rights of another function, and with no right where that enters no cluster."""
        self._api.set_default_header("Impersonate-Group", groups().get(function, "toban:nothing"))
        return self


def adapter(prod: Environment, function: str) -> BedCluster:
    """Returns the adapter as a function has it."""
    found: Any = client.Configuration()
    load: Any = config.load_kube_config
    load(str(prod.kubeconfig), client_configuration=found, persist_config=False)
    api = client.ApiClient(found)
    api.set_default_header("Impersonate-User", "toban-function")
    return BedCluster(api).act_for(function)


def production(prod: Environment) -> World:
    """Returns production as the bed has it: without spot nodes, so that its nights take a node in use.

    The schedule that ships leaves three nodes of six, and those are all the on-demand ones.
    """
    world = World(
        settings=SETTINGS._replace(environment="prod"),
        nodegroups=BedNodegroups(prod.cluster),
        cluster=adapter(prod, "BeginRun"),
    )
    document = json.loads(bundled_schedule("prod") or "")
    document["modes"]["night"]["nodegroups"] = 2
    for target in document["targets"]:
        target["nodegroups"] = [each for each in target["nodegroups"] if not each.get("spot")]
    world.table.put_note("prod", APPLIED, {"document": json.dumps(document)})
    return world


def ready(prod: Environment) -> int:
    return sum(
        any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", ()))
        for pod in prod.pods("api-service")
    )


def capacity(prod: Environment) -> dict[str, Any]:
    """All that a wake has to bring back, as the cluster itself tells it."""
    root = "/apis/{}/namespaces/app-production/{}"
    deployments = prod.cluster.items(root.format("apps/v1", "deployments"))
    scalers = prod.cluster.items(root.format("autoscaling/v2", "horizontalpodautoscalers"))
    return {
        "replicas": {x["metadata"]["name"]: x["spec"]["replicas"] for x in deployments},
        "bounds": {
            x["metadata"]["name"]: (x["spec"]["minReplicas"], x["spec"]["maxReplicas"]) for x in scalers
        },
        "nodes": len(prod.cluster.items("/api/v1/nodes")),
        "cordoned": [x for x in prod.cluster.items("/api/v1/nodes") if x["spec"].get("unschedulable")],
    }


@contextmanager
def settled(prod: Environment, pods: int) -> Iterator[None]:
    """Begins and ends with so many API pods ready, on three open nodes."""
    within = {"what": f"{pods} API pods ready", "within_s": 60}
    waiting.until(lambda: ready(prod) == pods, **within)
    yield
    for name in nodes.join(prod.cluster):
        body = {"spec": {"unschedulable": None}, "metadata": {"annotations": {"toban.dev/cordoned-by": None}}}
        prod.cluster.call("PATCH", f"/api/v1/nodes/{name}", body, kind="application/merge-patch+json")
    waiting.until(lambda: ready(prod) == pods, **within)
