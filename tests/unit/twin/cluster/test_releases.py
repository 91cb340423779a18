"""A release from outside the API: what a scenario does where a person would run a pipeline."""

from __future__ import annotations

import pytest

from tests.unit.twin.cluster.conftest import NAMESPACE, Bench

NEW = "example/api@sha256:new"


def test_a_release_rolls_every_pod_over_to_its_image_and_keeps_them_serving(bench: Bench) -> None:
    bench.add_nodes("n1", "n2", "n3")
    bench.deploy(replicas=3)
    bench.run(minutes=2)
    bench.cluster.release(NAMESPACE, "api", NEW)
    bench.run(minutes=5)

    assert {pod["spec"]["containers"][0]["image"] for pod in bench.pods()} == {NEW}
    assert bench.get("deployments.apps", "api")["status"]["availableReplicas"] == 3


def test_a_release_to_nothing_is_refused_by_name(bench: Bench) -> None:
    with pytest.raises(LookupError, match=f"no Deployment {NAMESPACE}/elsewhere"):
        bench.cluster.release(NAMESPACE, "elsewhere", NEW)
