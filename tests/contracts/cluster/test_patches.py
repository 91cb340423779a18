"""The kinds of patch, and what each does to lists and nulls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.contracts.cluster.subject import JSON, MERGE, STRATEGIC

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Subject


def _containers(cluster: Subject) -> list[tuple[str, str]]:
    found = cluster.get(cluster.at("deployments", "web"))
    return [
        (container["name"], container["image"])
        for container in found["spec"]["template"]["spec"]["containers"]
    ]


def _two(cluster: Subject) -> str:
    body = cluster.deployment(replicas=0)
    body["spec"]["template"]["spec"]["containers"] = [
        {"name": "a", "image": "a:1"},
        {"name": "b", "image": "b:1"},
    ]
    cluster.make("deployments", body)
    return cluster.at("deployments", "web")


def _template(**spec: object) -> dict[str, object]:
    return {"spec": {"template": {"spec": spec}}}


def test_a_merge_patch_replaces_a_list(cluster: Subject) -> None:
    path = _two(cluster)
    cluster.patch(path, _template(containers=[{"name": "c", "image": "c:1"}]), MERGE)
    assert _containers(cluster) == [("c", "c:1")]


def test_a_strategic_patch_merges_a_list_by_its_key(cluster: Subject) -> None:
    path = _two(cluster)
    cluster.patch(
        path, _template(containers=[{"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}]), STRATEGIC
    )
    assert sorted(_containers(cluster)) == [("a", "a:1"), ("b", "b:2"), ("c", "c:1")]


def test_a_strategic_patch_deletes_and_replaces_as_directed(cluster: Subject) -> None:
    path = _two(cluster)
    cluster.patch(path, _template(containers=[{"name": "a", "$patch": "delete"}]), STRATEGIC)
    assert _containers(cluster) == [("b", "b:1")]
    cluster.patch(
        path, _template(containers=[{"$patch": "replace"}, {"name": "d", "image": "d:1"}]), STRATEGIC
    )
    assert _containers(cluster) == [("d", "d:1")]


def test_null_deletes_in_both_kinds_of_merge(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one"}, "data": {"a": "1", "b": "2", "c": "3"}})
    path = cluster.at("configmaps", "one")
    assert cluster.patch(path, {"data": {"a": None}}, MERGE)["data"] == {"b": "2", "c": "3"}
    assert cluster.patch(path, {"data": {"b": None}}, STRATEGIC)["data"] == {"c": "3"}


def test_a_json_patch_tests_adds_replaces_moves_and_removes(cluster: Subject) -> None:
    notes = {"example.com/note": "2"}
    cluster.make("configmaps", {"metadata": {"name": "one", "annotations": notes}, "data": {"a": "1"}})
    operations = [
        {"op": "test", "path": "/data/a", "value": "1"},
        {"op": "replace", "path": "/data/a", "value": "9"},
        {"op": "add", "path": "/data/d", "value": "4"},
        {"op": "move", "from": "/metadata/annotations/example.com~1note", "path": "/data/e"},
        {"op": "copy", "from": "/data/a", "path": "/data/f"},
        {"op": "remove", "path": "/data/d"},
    ]
    found = cluster.patch(cluster.at("configmaps", "one"), operations, JSON)
    assert found["data"] == {"a": "9", "e": "2", "f": "9"}


def test_a_json_patch_whose_test_fails_changes_nothing(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one"}, "data": {"a": "1"}})
    operations = [
        {"op": "replace", "path": "/data/a", "value": "2"},
        {"op": "test", "path": "/data/a", "value": "1"},
    ]
    answer = cluster.send("PATCH", cluster.at("configmaps", "one"), operations, JSON)
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert answer.message == "the server rejected our request due to an error in our request"
    assert cluster.get(cluster.at("configmaps", "one"))["data"] == {"a": "1"}


def test_a_json_patch_of_a_path_that_is_not_there_is_refused(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one"}})
    operations = [{"op": "remove", "path": "/data/a"}]
    answer = cluster.send("PATCH", cluster.at("configmaps", "one"), operations, JSON)
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert answer.message == "the server rejected our request due to an error in our request"


def test_an_unknown_kind_of_patch_is_refused(cluster: Subject) -> None:
    cluster.make("configmaps", {"metadata": {"name": "one"}})
    answer = cluster.send("PATCH", cluster.at("configmaps", "one"), {}, "application/json")
    assert (answer.code, answer.message) == (415, "415: Unsupported Media Type")


def test_the_scale_is_read_and_written_apart(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=0))
    path = cluster.at("deployments", "web", "scale")
    shown = cluster.get(path)
    assert (shown["kind"], shown["apiVersion"]) == ("Scale", "autoscaling/v1")
    assert shown["status"]["selector"] == "app=web"
    for kind, body in (
        (MERGE, {"spec": {"replicas": 1}}),
        (JSON, [{"op": "replace", "path": "/spec/replicas", "value": 1}]),
        (STRATEGIC, {"spec": {"replicas": 1}}),
    ):
        assert cluster.patch(path, body, kind)["spec"]["replicas"] == 1
    assert cluster.get(cluster.at("deployments", "web"))["spec"]["replicas"] == 1


def test_a_scale_below_zero_is_refused_and_an_old_one_conflicts(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=0))
    path = cluster.at("deployments", "web", "scale")
    answer = cluster.send("PATCH", path, {"spec": {"replicas": -1}}, MERGE)
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert answer.message == (
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: '
        "must be greater than or equal to 0"
    )
    old = cluster.get(path)
    cluster.patch(path, {"spec": {"replicas": 1}}, MERGE)
    late = cluster.send("PUT", path, {**old, "spec": {"replicas": 2}})
    assert (late.code, late.reason) == (409, "Conflict")
    assert late.message.startswith('Operation cannot be fulfilled on deployments.apps "web"')
