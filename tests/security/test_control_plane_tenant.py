"""A tenant with full rights in its own namespace delays nobody else by a tick, and loses nothing by it."""

import copy
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cluster.conftest import Environment
from tests.cluster.nights import PacedWalk, capacity, production, settled
from tests.fakes.kubernetes import FakeCluster
from tests.fakes.world import World
from tests.security.test_control_plane_policies import editor_of
from tests.unit.night_scaling.test_night import EVENING, FRIDAY, MORNING
from toban.cluster_bed import waiting

Object = dict[str, Any]
TICK = timedelta(minutes=10)
OPTED_IN = {"toban.dev/night-scaling": "enabled", "app": "hostile"}
SPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team-hostile", "labels": {
    "pod-security.kubernetes.io/enforce": "baseline"}}}  # fmt: skip


def hostile(image: str) -> list[Object]:
    """Returns what a tenant may make: labels as orders, what never becomes ready, what never leaves."""
    meta = {"name": "hostile", "namespace": "team-hostile", "labels": OPTED_IN}
    resources = {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "1Mi"}}
    pod = {
        "containers": [{"name": "x", "image": image, "resources": resources}],
        "terminationGracePeriodSeconds": 86_400,
    }
    never = {**pod, "nodeSelector": {"nobody": "has-this"}}
    selected = {"selector": {"matchLabels": {"app": "hostile"}}}
    labels = {"metadata": {"labels": {"app": "hostile"}}}
    job = {"spec": {"template": {"spec": {**pod, "restartPolicy": "Never"}}}}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "hostile"}
    waits = {"metadata": {"labels": {"app": "never"}}, "spec": never}
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta,
         "spec": {"replicas": 6, **selected, "template": {**labels, "spec": pod}}},
        {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {**meta, "name": "never-ready"},
         "spec": {"replicas": 3, "serviceName": "x", "selector": {"matchLabels": {"app": "never"}},
                  "template": waits}},
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": meta,
         "spec": {"schedule": "0 3 1 1 *", "jobTemplate": job}},
        {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta,
         "spec": {"scaleTargetRef": target, "minReplicas": 6, "maxReplicas": 6}},
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta,
         "spec": {"minAvailable": "100%", **selected}},
        {"apiVersion": "apps/v1", "kind": "Deployment",
         "metadata": {**meta, "name": "decoy", "labels": {"app.kubernetes.io/name": "cluster-autoscaler"}},
         "spec": {"replicas": 0, **selected, "template": {**labels, "spec": pod}}},
    ]  # fmt: skip


@pytest.fixture
def tenant(prod: Environment) -> Iterator[list[Object]]:
    with settled(prod, 3):
        image = prod.cluster.get("/apis/apps/v1/namespaces/app-production/deployments/api-service")
        prod.cluster.apply(SPACE, manager="tests")
        acting = editor_of(prod, "team-hostile")
        made = hostile(image["spec"]["template"]["spec"]["containers"][0]["image"])
        for thing in made:
            acting.apply(copy.deepcopy(thing), manager="tenant")
        pods = "/api/v1/namespaces/team-hostile/pods"
        waiting.until(
            lambda: sum(one["status"].get("phase") == "Running" for one in prod.cluster.items(pods)) >= 6,
            what="the tenant's pods",
            within_s=60,
        )
        yield made
        prod.cluster.call("DELETE", "/api/v1/namespaces/team-hostile")
        for pod in prod.cluster.items(pods):
            prod.cluster.call("DELETE", f"{pods}/{pod['metadata']['name']}", gracePeriodSeconds="0")


def theirs(prod: Environment) -> Any:
    root = "/apis/apps/v1/namespaces/team-hostile"
    found = prod.cluster.items(f"{root}/deployments") + prod.cluster.items(f"{root}/statefulsets")
    jobs = prod.cluster.items("/apis/batch/v1/namespaces/team-hostile/cronjobs")
    return [one["spec"]["replicas"] for one in found], [one["spec"].get("suspend", False) for one in jobs]


def night(world: World, start: datetime) -> timedelta:
    walk = PacedWalk("night_scaling", world, now=start, name=f"{start:%d%H}")
    walk.run({"target": "prod", "cause": "tick"})
    assert walk.path[-1] == "Done", world.notices.pages[-1][1][:600]
    return walk.now - start


def test_a_hostile_tenant_delays_nothing_on_a_real_cluster(prod: Environment, tenant: list[Object]) -> None:
    world = production(prod)
    before, untouched = capacity(prod), theirs(prod)

    asleep = night(world, EVENING)

    assert not world.pager.pages, str(world.pager.pages)
    assert asleep < TICK, "however many of its pods refuse to leave"
    assert theirs(prod) == untouched
    assert world.cluster.act_for("BeginRun").other_controllers().cluster_autoscaler is None

    awake = night(world, MORNING)

    assert not world.pager.pages, str(world.pager.pages)
    assert awake < TICK
    assert theirs(prod) == untouched
    assert capacity(prod) == before


class HostileCluster(FakeCluster):
    """On each node a stranger's pod that never leaves."""

    def __init__(self, *given: Any, leaving: bool) -> None:
        super().__init__(*given)
        for name, pods in self.pods.items():
            pods.append(
                pods[0]._replace(namespace="team-x", name=f"x-{name}", stranger=True, leaving=leaving)
            )
            self.forbidden.add(f"x-{name}")


@pytest.mark.parametrize("leaving", [False, True], ids=["behind a budget", "with a finalizer"])
def test_pods_of_strangers_that_never_leave_keep_their_nodes_and_nobody_elses_sleep(*, leaving: bool) -> None:
    from tests.fakes.step_functions import Walk  # noqa: PLC0415 - beside the paced one of above

    world = World()
    quiet = World()
    old = world.cluster
    world.cluster = HostileCluster(
        world.nodegroups, [*old.by_key.values()], [*old.jobs.values()], leaving=leaving
    )
    walks = {}
    for name, each in (("quiet", quiet), ("hostile", world)):
        walks[name] = Walk("night_scaling", each, now=FRIDAY, name=name)
        walks[name].run({"target": "dev", "cause": "tick"})

    assert walks["hostile"].now - walks["quiet"].now < TICK
    assert {workload.replicas for workload in world.cluster.by_key.values()} == {0}
    assert set(world.databases.states.values()) == {"stopped"}
    assert not world.pager.pages
    assert "team-x/x-node-1" in str(world.notices.pages), "the team is told what keeps a node up"
    assert not any(node.cordoned for node in world.cluster.nodes()), "and the node is open again"
