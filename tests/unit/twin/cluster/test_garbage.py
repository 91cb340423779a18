"""What is owned goes with its owner, as the deletion asked; a namespace takes all of its objects along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.twin.cluster.conftest import Bench

DEPLOYMENT = "/apis/apps/v1/namespaces/app-production/deployments/api"


@pytest.fixture(autouse=True)
def _running(bench: Bench) -> None:
    bench.add_nodes("n1")
    bench.deploy()
    bench.run(minutes=1)


def test_a_deleted_deployment_takes_its_set_and_its_pods_along(bench: Bench) -> None:
    bench.send("DELETE", DEPLOYMENT)
    bench.run(minutes=1)
    assert bench.cluster.objects.listing("replicasets.apps") == []
    assert bench.pods() == []


def test_an_orphaning_deletion_leaves_the_pods_alone(bench: Bench) -> None:
    bench.send("DELETE", DEPLOYMENT, {"propagationPolicy": "Orphan"})
    bench.run(minutes=1)
    [left] = bench.cluster.objects.listing("replicasets.apps")
    assert "ownerReferences" not in left["metadata"]
    assert len(bench.pods()) == 3
    assert bench.cluster.objects.listing("deployments.apps") == []


def test_a_foreground_deletion_keeps_the_owner_until_the_last_dependent_has_gone(bench: Bench) -> None:
    bench.send("DELETE", DEPLOYMENT, {"propagationPolicy": "Foreground"})
    bench.run(seconds=4)
    assert bench.get("deployments.apps", "api")["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert len(bench.pods()) == 3
    bench.run(seconds=1)
    assert bench.pods() == []
    assert bench.cluster.objects.listing("deployments.apps") == []


def test_a_dependent_with_another_owner_stays(bench: Bench) -> None:
    def reference(name: str) -> dict[str, str]:
        uid = bench.get("configmaps", name)["metadata"]["uid"]
        return {"apiVersion": "v1", "kind": "ConfigMap", "name": name, "uid": uid}

    meta = {"namespace": "app-production"}
    body = {"apiVersion": "v1", "kind": "ConfigMap"}
    bench.cluster.apply(*({**body, "metadata": {**meta, "name": name}} for name in ("a", "b")))
    owners = [reference("a"), reference("b")]
    bench.cluster.apply({**body, "metadata": {**meta, "name": "child", "ownerReferences": owners}})
    bench.send("DELETE", "/api/v1/namespaces/app-production/configmaps/a")
    assert bench.get("configmaps", "child")["metadata"]["ownerReferences"] == [owners[1]]
    bench.send("DELETE", "/api/v1/namespaces/app-production/configmaps/b")
    assert bench.cluster.objects.get("configmaps", "app-production", "child") is None


def test_a_namespace_is_terminating_until_it_is_empty(bench: Bench) -> None:
    bench.send("DELETE", "/api/v1/namespaces/app-production")
    assert bench.get("namespaces", "app-production", "")["status"]["phase"] == "Terminating"
    bench.run(minutes=1)
    assert bench.cluster.objects.get("namespaces", "", "app-production") is None
    assert bench.pods() == []
