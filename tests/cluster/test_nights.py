"""Drains and production's nights on a real control plane, through the unchanged adapter and its rights."""

import threading
from collections.abc import Iterator

import pytest

from tests.cluster.conftest import Environment
from tests.cluster.nights import PacedWalk, adapter, capacity, production, ready, settled
from tests.unit.night_scaling.test_night import EVENING, MORNING
from toban.cluster_bed import waiting
from toban.cluster_bed.client import ClusterRefusalError


@pytest.fixture
def quiet(prod: Environment) -> Iterator[Environment]:
    with settled(prod, 3):
        yield prod


def test_draining_two_nodes_at_once_never_takes_the_api_below_its_budget(quiet: Environment) -> None:
    cluster = adapter(quiet, "DrainNodes")
    drained = [node.name for node in cluster.nodes()][:2]
    seen, over = [ready(quiet)], threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.append(ready(quiet))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for node in drained:
            cluster.cordon(node, by="night_scaling")

        def empty() -> bool:
            pods = [pod for node in drained for pod in cluster.pods_to_evict(node)]
            for pod in pods:
                if not pod.leaving:
                    cluster.evict(pod)
            return not pods

        waiting.until(empty, what="two empty nodes", within_s=60)
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


def test_a_night_in_production_takes_one_node_and_leaves_every_pod_running(quiet: Environment) -> None:
    world = production(quiet)
    before = capacity(quiet)

    PacedWalk("night_scaling", world, now=EVENING, name="evening").run({"target": "prod", "cause": "tick"})

    assert not world.pager.pages, str(world.pager.pages)
    assert capacity(quiet) == {**before, "nodes": 2}

    PacedWalk("night_scaling", world, now=MORNING, name="morning").run({"target": "prod", "cause": "tick"})

    assert not world.pager.pages, str(world.pager.pages)
    assert capacity(quiet) == before
