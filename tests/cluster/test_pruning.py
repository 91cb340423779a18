"""The real API server deletes what an environment no longer holds, and nothing that is somebody else's."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.cluster.conftest import Environment
from toban.cluster_bed import waiting
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.manifests import applying
from toban.manifests.difference import PART_OF
from toban.manifests.pruning import ApplySet, delete
from toban.manifests.rendering import name_of

Object = dict[str, Any]
_numbers = itertools.count()


@pytest.fixture
def space(prod: Environment) -> Iterator[str]:
    name = f"pruned-{next(_numbers)}"
    yield name
    prod.cluster.call("DELETE", f"/api/v1/namespaces/{name}")


@pytest.fixture
def members(space: str) -> ApplySet:
    return ApplySet(f"set-of-{space}")


def thing(kind: str, name: str, space: str | None, version: str = "v1", **rest: Any) -> Object:
    place: Object = {"namespace": space} if space else {}
    if kind == "Namespace":
        place = {"labels": {"pod-security.kubernetes.io/enforce": "baseline"}}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place}, **rest}


def deployment(space: str, *, names_config: str) -> Object:
    """A workload that asks for no pods, so that nothing is waited for."""
    container = {
        "name": "main",
        "image": "registry.example/x:1",
        "envFrom": [{"configMapRef": {"name": names_config}}],
    }
    template = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 0, "selector": {"matchLabels": {"app": "x"}}, "template": template}
    return thing("Deployment", "x", space, "apps/v1", spec=spec)


def there(cluster: Cluster, each: Object) -> bool:
    try:
        return "deletionTimestamp" not in cluster.get(cluster.path(each))["metadata"]
    except ClusterRefusalError as refusal:
        if refusal.reason != "NotFound":
            raise
        return False


def applied(cluster: Cluster, members: ApplySet, *objects: Object) -> list[str]:
    """Applies, and returns what was said of deleting and keeping."""
    said: list[str] = []
    applying.apply(cluster, list(objects), say=said.append, within_s=60, members=members)
    return [line for line in said if not line.startswith("applying")]


def test_an_object_that_left_the_manifests_goes_and_the_diff_says_so_first(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room, kept, gone = (thing("Namespace", space, None), *(thing("ConfigMap", x, space) for x in "ab"))
    applied(prod.cluster, members, room, kept, gone)
    told = [str(each) for each in applying.differences(prod.cluster, [room, kept], members=members)]
    still = there(prod.cluster, gone)
    said = applied(prod.cluster, members, room, kept)

    assert told == [f"- ConfigMap {space}/b"]
    assert still
    assert said == [f"deleting ConfigMap {space}/b: it is in no manifest any more"]
    assert there(prod.cluster, kept)
    assert not there(prod.cluster, gone)


def test_a_kind_that_left_the_manifests_altogether_is_still_found(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room = thing("Namespace", space, None)
    ports = [{"port": 80}]
    service = thing("Service", "s", space, spec={"selector": {"app": "x"}, "ports": ports})
    account = thing("ServiceAccount", "a", space)
    applied(prod.cluster, members, room, service, account)
    applied(prod.cluster, members, room)

    assert not there(prod.cluster, service)
    assert not there(prod.cluster, account)
    parent = prod.cluster.get(f"/api/v1/namespaces/kube-system/configmaps/{members.name}")
    assert parent["metadata"]["annotations"]["applyset.kubernetes.io/contains-group-kinds"] == "Namespace"
    assert parent["metadata"]["labels"]["applyset.kubernetes.io/id"] == members.id


def test_an_apply_that_broke_off_leaves_nothing_that_the_next_does_not_find(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room, orphan = thing("Namespace", space, None), thing("ConfigMap", "orphan", space)
    refused = thing("Service", "s", space, spec={"ports": [{"port": 0}]})
    with pytest.raises(ClusterRefusalError):
        applied(prod.cluster, members, room, orphan, refused)
    assert there(prod.cluster, orphan)
    applied(prod.cluster, members, room)

    assert not there(prod.cluster, orphan)


def test_what_holds_data_stays_until_somebody_asks_for_its_end(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room, marker = thing("Namespace", space, None), thing("ConfigMap", "m", "default")
    claim = thing(
        "PersistentVolumeClaim", "data", space,
        spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    )  # fmt: skip
    applied(prod.cluster, members, room, claim, marker)
    said = applied(prod.cluster, members, marker)
    stayed = there(prod.cluster, claim) and there(prod.cluster, room)
    applied(prod.cluster, replace(members, guarded=True), marker)
    delete(
        prod.cluster, prod.cluster.get(prod.cluster.path(marker)) | {"apiVersion": "v1", "kind": "ConfigMap"}
    )

    assert [line.partition(" is in no manifest and stays")[0] for line in said] == [
        f"Namespace {space}",
        f"PersistentVolumeClaim {space}/data",
    ]
    assert all("--prune-guarded" in line for line in said)
    assert stayed
    assert not there(prod.cluster, room)


def test_somebody_elses_object_and_what_a_controller_made_of_ours_stay(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room, ours = thing("Namespace", space, None), thing("ConfigMap", "ours", space)
    applied(prod.cluster, members, room, ours)
    owner = prod.cluster.get(prod.cluster.path(ours))
    theirs = thing("ConfigMap", "theirs", space)
    made = thing("ConfigMap", "made", space)
    made["metadata"] |= {
        "labels": {PART_OF: members.id},
        "ownerReferences": [
            {"apiVersion": "v1", "kind": "ConfigMap", "name": "ours", "uid": owner["metadata"]["uid"]}
        ],
    }
    for each in (theirs, made):
        prod.cluster.apply(each, manager="somebody")

    assert applied(prod.cluster, members, room, ours) == []
    assert there(prod.cluster, theirs)
    assert there(prod.cluster, made)


def test_a_config_that_an_earlier_revision_names_stays_for_a_rollback(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room = thing("Namespace", space, None)
    first, second = (thing("ConfigMap", f"x-{each}", space) for each in ("1a", "2b"))
    applied(prod.cluster, members, room, first, deployment(space, names_config="x-1a"))
    replicasets = f"/apis/apps/v1/namespaces/{space}/replicasets"
    waiting.until(lambda: prod.cluster.items(replicasets), what="the first revision", within_s=30)
    said = applied(prod.cluster, members, room, second, deployment(space, names_config="x-2b"))
    stayed = there(prod.cluster, first)
    for each in prod.cluster.items(replicasets):
        if "x-1a" in str(each["spec"]):
            prod.cluster.call("DELETE", f"{replicasets}/{each['metadata']['name']}")
    applied(prod.cluster, members, room, second, deployment(space, names_config="x-2b"))

    [line] = said
    assert line.startswith(
        f"ConfigMap {space}/x-1a is in no manifest and stays: an earlier revision names it"
    )
    assert stayed
    assert not there(prod.cluster, first)


def test_without_a_set_nothing_is_deleted(prod: Environment, space: str, members: ApplySet) -> None:
    room, config = thing("Namespace", space, None), thing("ConfigMap", "c", space)
    applied(prod.cluster, members, room, config)
    applying.apply(prod.cluster, [room], say=lambda _: None)

    assert there(prod.cluster, config)


def test_one_that_was_made_anew_since_it_was_found_is_not_deleted(
    prod: Environment, space: str, members: ApplySet
) -> None:
    room, config = thing("Namespace", space, None), thing("ConfigMap", "c", space)
    applied(prod.cluster, members, room, config)
    [found] = members.surplus(prod.cluster, [room]).go
    prod.cluster.call("DELETE", prod.cluster.path(config))
    prod.cluster.apply(config, manager="somebody")
    delete(prod.cluster, found)

    assert name_of(found) == f"ConfigMap {space}/c"
    assert there(prod.cluster, config)
