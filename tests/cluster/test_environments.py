"""A real API server takes both environments whole, and the real scheduler places what they run."""

import copy

import pytest

from tests.cluster.conftest import Environment
from toban.cluster_bed.nodes import ZONES
from toban.manifests import applying, rendering
from toban.manifests.pruning import ApplySet


def test_production_is_applied_strictly_and_without_a_warning(prod: Environment) -> None:
    assert prod.applied.objects == len(prod.objects) > 60
    assert prod.applied.warnings == ()


def test_applying_the_same_again_would_change_nothing(prod: Environment) -> None:
    again = applying.differences(prod.cluster, prod.objects, members=ApplySet())
    assert [str(each) for each in again] == []


def test_a_change_is_told_field_by_field_before_it_is_made(prod: Environment) -> None:
    objects = copy.deepcopy(prod.objects)
    [budget] = [
        x for x in objects if (x["kind"], x["metadata"]["name"]) == ("PodDisruptionBudget", "api-service")
    ]
    budget["spec"]["minAvailable"] = 1

    [change] = applying.differences(prod.cluster, objects)

    assert str(change) == "~ PodDisruptionBudget app-production/api-service spec.minAvailable: 2 -> 1"


@pytest.mark.parametrize("overlay", ["dev", "prod"])
def test_an_environment_passes_every_check_of_the_server_without_a_warning(
    prod: Environment, overlay: str
) -> None:
    objects = rendering.render(rendering.ROOT / "overlays" / overlay)

    warnings = [
        warning
        for each in objects
        for warning in prod.cluster.apply(each, manager=applying.MANAGER, dry_run=True).warnings
    ]

    assert warnings == []


@pytest.mark.parametrize(
    ("app", "least"), [("api-service", 3), ("worker-service", 2), ("frontend-service", 2)]
)
def test_the_scheduler_spreads_a_workload_over_the_zones(prod: Environment, app: str, least: int) -> None:
    zones = prod.zones[app]

    assert len(zones) >= least
    assert len(set(zones)) == min(least, len(ZONES))


def test_the_jobs_before_a_release_ran_once_and_ended_well(prod: Environment) -> None:
    jobs = prod.cluster.items("/apis/batch/v1/namespaces/app-production/jobs")

    ended = {each["metadata"]["labels"]["app"]: each["status"]["succeeded"] for each in jobs}
    assert ended == {"migration": 1, "monitoring-role": 1}
    assert len(jobs) == 2


def test_the_budgets_are_met_and_let_one_pod_go(prod: Environment) -> None:
    budgets = prod.cluster.items("/apis/policy/v1/namespaces/app-production/poddisruptionbudgets")
    allowed = {each["metadata"]["name"]: each["status"]["disruptionsAllowed"] for each in budgets}

    assert allowed == {"api-service": 1, "worker-service": 1, "frontend-service": 1}


def test_a_field_with_a_typo_is_refused_by_its_name(prod: Environment) -> None:
    thing = {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "typo", "namespace": "monitoring"},
        "spec": {"replica": 1},
    }  # fmt: skip

    with pytest.raises(applying.ClusterRefusalError, match="replica"):
        prod.cluster.apply(thing, manager="typo", dry_run=True)
