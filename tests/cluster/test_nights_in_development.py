"""Development's nights and weekends on a real control plane, through the unchanged adapter and its rights."""

from collections.abc import Iterator

import pytest

from functions.night_scaling.policy.snapshot import Phase, snapshot_of
from tests.cluster.conftest import Environment
from tests.cluster.nights import BedNodegroups, PacedWalk, adapter, capacity, ready, settled
from tests.fakes.world import World
from tests.unit.night_scaling.test_night import EVENING, FRIDAY, MONDAY, MORNING
from toban.cluster_bed import waiting
from toban.manifests import applying, rendering

SIZES = {"HorizontalPodAutoscaler", "PodDisruptionBudget", "StatefulSet"}
SCALE = "/apis/apps/v1/namespaces/app-production/deployments/api-service/scale"


@pytest.fixture(scope="module")
def quiet(prod: Environment) -> Iterator[Environment]:
    """Development's sizes and budgets over production, and production's again afterwards."""
    development = rendering.render(rendering.ROOT / "overlays" / "dev")
    applying.apply(prod.cluster, [each for each in development if each["kind"] in SIZES], say=lambda _: None)
    prod.cluster.call("PATCH", SCALE, {"spec": {"replicas": 2}}, kind="application/merge-patch+json")
    with settled(prod, 2):
        yield prod
    applying.apply(prod.cluster, [each for each in prod.objects if each["kind"] in SIZES], say=lambda _: None)
    waiting.until(lambda: ready(prod) == 3, what="production's three pods", within_s=60)


def test_a_weekend_sleeps_to_nothing_under_the_budgets_and_monday_restores_it_exactly(
    quiet: Environment,
) -> None:
    world = World(nodegroups=BedNodegroups(quiet.cluster), cluster=adapter(quiet, "BeginRun"))
    before = capacity(quiet)

    asleep = PacedWalk("night_scaling", world, now=FRIDAY, name="friday")
    asleep.run({"target": "dev", "cause": "tick"})

    assert not world.pager.pages, str(world.pager.pages)
    assert set(capacity(quiet)["replicas"].values()) == {0}
    assert capacity(quiet)["nodes"] == 0
    assert snapshot_of(world.table.recall("dev")).phase is Phase.ASLEEP

    awake = PacedWalk("night_scaling", world, now=MONDAY, name="monday")
    awake.run({"target": "dev", "cause": "tick"})

    assert not world.pager.pages, str(world.pager.pages)
    assert capacity(quiet) == before
    assert snapshot_of(world.table.recall("dev")) is None


def test_a_weeknight_in_development_keeps_two_nodes_and_one_replica(quiet: Environment) -> None:
    world = World(nodegroups=BedNodegroups(quiet.cluster), cluster=adapter(quiet, "BeginRun"))
    before = capacity(quiet)

    PacedWalk("night_scaling", world, now=EVENING, name="evening").run({"target": "dev", "cause": "tick"})

    assert not world.pager.pages, str(world.pager.pages)
    assert capacity(quiet)["nodes"] == 2
    assert capacity(quiet)["replicas"]["api-service"] == 1

    PacedWalk("night_scaling", world, now=MORNING, name="morning").run({"target": "dev", "cause": "tick"})

    assert not world.pager.pages, str(world.pager.pages)
    assert capacity(quiet) == before
