"""Drains and whole nights on a real control plane, through the unchanged adapter and with its own rights alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from kubernetes import client, config

from functions.adapters.kubernetes import KubernetesCluster
from functions.core.capacity import Phase, Size
from tests.cluster.conftest import Environment
from tests.fakes.eks import FakeNodegroups
from tests.fakes.step_functions import Walk
from tests.fakes.world import SETTINGS, World
from tests.unit.night_scaling.test_night import EVENING, FRIDAY, MONDAY, MORNING
from toban.cluster_bed import nodes, patience
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.manifests import applying, rendering

PACE_S = 0.3
"""A second of the machine's waiting is virtual; the cluster's controllers need a real moment."""


class BedNodegroups(FakeNodegroups):
    """EKS's part: a raise brings nodes to the bed, and a retired instance takes its node along."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        super().__init__({"primary": Size(2, 3, 6)})

    def resize(self, name: str, size: Size) -> None:
        self.groups[name] = replace(self.groups[name], size=size)
        zones = iter(nodes.ZONES)
        while len(self._present()) < size.desired:
            fresh = nodes.node(next(zones))
            if fresh["metadata"]["name"] not in self._present():
                self.cluster.call("POST", "/api/v1/nodes", fresh)
        patience.until(lambda: nodes.ready(self.cluster) or not size.desired, what="nodes", within_s=30)

    def retire(self, instance_id: str) -> bool:
        name = next((n for n in self._present() if nodes.instance_of(n) == instance_id), None)
        if name is None:
            return False
        self.cluster.call("DELETE", f"/api/v1/nodes/{name}")
        size = self.groups["primary"].size
        self.groups["primary"] = replace(self.groups["primary"], size=replace(size, desired=size.desired - 1))
        return True

    def _present(self) -> list[str]:
        return [each["metadata"]["name"] for each in self.cluster.items("/api/v1/nodes")]


class PacedWalk(Walk):
    """Gives the cluster a moment whenever the machine waits."""

    @property
    def now(self) -> datetime:  # type: ignore[override] # an attribute of the parent
        return self._now

    @now.setter
    def now(self, value: datetime) -> None:
        self._now = value
        threading.Event().wait(PACE_S)


def adapter(prod: Environment) -> KubernetesCluster:
    """The unchanged adapter, on the official client, with the rights of the access entries' group alone."""
    found: Any = client.Configuration()
    load: Any = config.load_kube_config
    load(str(prod.kubeconfig), client_configuration=found, persist_config=False)
    api = client.ApiClient(found)
    api.set_default_header("Impersonate-User", "toban-function")
    api.set_default_header("Impersonate-Group", "toban:night-scaling")
    return KubernetesCluster(api=api)


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
def settled(prod: Environment) -> Iterator[None]:
    """Begins and ends with three API pods ready on three open nodes."""
    within = {"what": "three API pods ready", "within_s": 60}
    patience.until(lambda: ready(prod) == 3, **within)
    yield
    for name in nodes.join(prod.cluster):
        body = {"spec": {"unschedulable": None}, "metadata": {"annotations": {"toban.dev/cordoned-by": None}}}
        prod.cluster.call("PATCH", f"/api/v1/nodes/{name}", body, kind="application/merge-patch+json")
    patience.until(lambda: ready(prod) == 3, **within)


@pytest.fixture
def quiet(prod: Environment) -> Iterator[Environment]:
    with settled(prod):
        yield prod


def test_draining_two_nodes_at_once_never_takes_the_api_below_its_budget(quiet: Environment) -> None:
    cluster = adapter(quiet)
    drained = [node.name for node in cluster.nodes()][:2]
    seen, over = [ready(quiet)], threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.append(ready(quiet))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for node in drained:
            cluster.cordon(node)

        def empty() -> bool:
            pods = [pod for node in drained for pod in cluster.pods_to_evict(node)]
            for pod in pods:
                if not pod.leaving:
                    cluster.evict(pod)
            return not pods

        patience.until(empty, what="two empty nodes", within_s=60)
    finally:
        over.set()
        watcher.join()

    assert len(seen) > 10
    assert min(seen) >= 2


def test_the_budget_refuses_the_eviction_that_would_break_it(quiet: Environment) -> None:
    answers = []
    for pod in quiet.pods("api-service"):
        name = pod["metadata"]["name"]
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": name, "namespace": "app-production"},
        }
        try:
            path = f"/api/v1/namespaces/app-production/pods/{name}/eviction"
            quiet.cluster.call("POST", path, body, dryRun="All")
            quiet.cluster.call("POST", path, body)
            answers.append(201)
        except ClusterRefusalError as refusal:
            answers.append(refusal.status)

    assert 429 in answers


def test_a_weekend_sleeps_to_nothing_under_the_budgets_and_monday_restores_it_exactly(
    quiet: Environment,
) -> None:
    world = World(nodegroups=BedNodegroups(quiet.cluster), cluster=adapter(quiet))
    before = capacity(quiet)

    asleep = PacedWalk("night_scaling", world, now=FRIDAY, name="friday")
    asleep.run({"environment": "dev", "cause": "tick"})

    assert not world.pager.pages, world.pager.pages
    assert set(capacity(quiet)["replicas"].values()) == {0}
    assert capacity(quiet)["nodes"] == 0
    assert world.table.recall("dev").snapshot.phase is Phase.ASLEEP

    awake = PacedWalk("night_scaling", world, now=MONDAY, name="monday")
    awake.run({"environment": "dev", "cause": "tick"})

    assert not world.pager.pages, world.pager.pages
    assert capacity(quiet) == before
    assert world.table.recall("dev").snapshot is None


def test_a_night_in_production_takes_one_node_and_leaves_every_pod_running(quiet: Environment) -> None:
    world = World(
        settings=replace(SETTINGS, environment="prod"),
        nodegroups=BedNodegroups(quiet.cluster),
        cluster=adapter(quiet),
    )
    before = capacity(quiet)

    PacedWalk("night_scaling", world, now=EVENING, name="evening").run(
        {"environment": "prod", "cause": "tick"}
    )

    assert not world.pager.pages, world.pager.pages
    assert capacity(quiet) == {**before, "nodes": 2}

    PacedWalk("night_scaling", world, now=MORNING, name="morning").run(
        {"environment": "prod", "cause": "tick"}
    )

    assert not world.pager.pages, world.pager.pages
    assert capacity(quiet) == before


@pytest.fixture
def devs_budgets(quiet: Environment) -> Iterator[None]:
    """Development's budgets, which let the single pod of its nights move; production's never could."""

    def put(overlay: str) -> None:
        for each in rendering.render(rendering.ROOT / "overlays" / overlay):
            if each["kind"] == "PodDisruptionBudget" and each["metadata"]["namespace"] == "app-production":
                quiet.cluster.apply(each, manager=applying.MANAGER)

    put("dev")
    yield
    put("prod")


@pytest.mark.usefixtures("devs_budgets")
def test_a_weeknight_in_development_keeps_two_nodes_and_one_replica(quiet: Environment) -> None:
    world = World(nodegroups=BedNodegroups(quiet.cluster), cluster=adapter(quiet))
    before = capacity(quiet)

    PacedWalk("night_scaling", world, now=EVENING, name="evening").run(
        {"environment": "dev", "cause": "tick"}
    )

    assert not world.pager.pages, world.pager.pages
    assert capacity(quiet)["nodes"] == 2
    assert capacity(quiet)["replicas"]["api-service"] == 1

    PacedWalk("night_scaling", world, now=MORNING, name="morning").run(
        {"environment": "dev", "cause": "tick"}
    )

    assert not world.pager.pages, world.pager.pages
    assert capacity(quiet) == before
