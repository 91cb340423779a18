"""Server-side apply: who owns which field, who may take it, and what is given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contracts.cluster.subject import MERGE

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Subject


def config(**data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "one"}, "data": data}


def _data(cluster: Subject) -> dict[str, str]:
    return dict(cluster.get(cluster.at("configmaps", "one")).get("data") or {})


def test_applying_creates_then_changes(cluster: Subject) -> None:
    assert cluster.apply("configmaps", config(a="1")).code == 201
    assert cluster.apply("configmaps", config(a="2")).code == 200
    assert _data(cluster) == {"a": "2"}


def test_applying_the_same_again_keeps_the_version(cluster: Subject) -> None:
    first = cluster.apply("configmaps", config(a="1")).body
    again = cluster.apply("configmaps", config(a="1")).body
    assert again["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


def test_a_field_that_is_left_out_is_given_up_and_goes(cluster: Subject) -> None:
    cluster.apply("configmaps", config(a="1", b="2"))
    cluster.apply("configmaps", config(a="1"))
    assert _data(cluster) == {"a": "1"}


def test_a_field_that_another_owns_too_stays_when_one_gives_it_up(cluster: Subject) -> None:
    cluster.apply("configmaps", config(a="1"), "one")
    cluster.apply("configmaps", config(a="1"), "two")
    cluster.apply("configmaps", config(b="2"), "one")
    assert _data(cluster) == {"a": "1", "b": "2"}


def test_another_managers_field_is_a_conflict_with_its_name(cluster: Subject) -> None:
    cluster.apply("configmaps", config(a="1"), "one")
    answer = cluster.apply("configmaps", config(a="2"), "two")
    assert (answer.code, answer.reason) == (409, "Conflict")
    assert answer.message == 'Apply failed with 1 conflict: conflict with "one": .data.a'
    assert answer.causes == [
        {"reason": "FieldManagerConflict", "message": 'conflict with "one"', "field": ".data.a"}
    ]
    assert _data(cluster) == {"a": "1"}


def test_force_takes_the_field_and_the_other_loses_it(cluster: Subject) -> None:
    cluster.apply("configmaps", config(a="1"), "one")
    assert cluster.apply("configmaps", config(a="2"), "two", force="true").code == 200
    answer = cluster.apply("configmaps", config(a="3"), "one")
    assert answer.message.startswith('Apply failed with 1 conflict: conflict with "two"')


def test_a_patch_takes_the_field_and_an_apply_then_conflicts_with_it(cluster: Subject) -> None:
    cluster.apply("deployments", cluster.deployment(replicas=0))
    cluster.patch(cluster.at("deployments", "web"), {"spec": {"replicas": 1}}, MERGE, fieldManager="human")
    answer = cluster.apply("deployments", cluster.deployment(replicas=0))
    assert (answer.code, answer.reason) == (409, "Conflict")
    assert answer.message == (
        'Apply failed with 1 conflict: conflict with "human" using apps/v1: .spec.replicas'
    )


def test_what_is_not_applied_belongs_to_whoever_wrote_it(cluster: Subject) -> None:
    body = cluster.deployment()
    del body["spec"]["replicas"]
    cluster.apply("deployments", body)
    cluster.patch(cluster.at("deployments", "web", "scale"), {"spec": {"replicas": 0}}, MERGE)
    assert cluster.apply("deployments", body).code == 200
    assert cluster.get(cluster.at("deployments", "web"))["spec"]["replicas"] == 0


def test_a_list_is_owned_by_its_items(cluster: Subject) -> None:
    body = cluster.deployment(replicas=0)
    extra = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}}
    sidecar = {"name": "sidecar", "image": "sidecar:1"}
    cluster.apply("deployments", body, "one")
    added = cluster.apply(
        "deployments", {**extra, "spec": {"template": {"spec": {"containers": [sidecar]}}}}, "two"
    )
    assert added.code == 200, added.body
    cluster.apply("deployments", body, "one")
    found = cluster.get(cluster.at("deployments", "web"))["spec"]["template"]["spec"]["containers"]
    assert sorted(container["name"] for container in found) == ["main", "sidecar"]
    cluster.apply("deployments", {**extra, "spec": {}}, "two")
    found = cluster.get(cluster.at("deployments", "web"))["spec"]["template"]["spec"]["containers"]
    assert [container["name"] for container in found] == ["main"]


def test_the_managers_are_written_on_the_object(cluster: Subject) -> None:
    cluster.apply("configmaps", config(a="1"), "one")
    [entry] = cluster.get(cluster.at("configmaps", "one"))["metadata"]["managedFields"]
    assert (entry["manager"], entry["operation"], entry["apiVersion"]) == ("one", "Apply", "v1")
    assert entry["fieldsType"] == "FieldsV1"
    assert entry["fieldsV1"] == {"f:data": {"f:a": {}}}


def test_a_dry_apply_answers_and_changes_nothing(cluster: Subject) -> None:
    cluster.apply("configmaps", config(a="1"))
    answer = cluster.apply("configmaps", config(a="2"), dryRun="All")
    assert answer.body["data"] == {"a": "2"}
    assert _data(cluster) == {"a": "1"}


def test_a_dry_apply_of_something_new_creates_nothing(cluster: Subject) -> None:
    assert cluster.apply("configmaps", config(a="1"), dryRun="All").code == 201
    assert not cluster.exists(cluster.at("configmaps", "one"))


def test_an_apply_without_a_manager_is_refused(cluster: Subject) -> None:
    answer = cluster.send("PATCH", cluster.at("configmaps", "one"), config(), "application/apply-patch+yaml")
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert answer.message == (
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch'
    )


def test_an_undeclared_field_is_caught_whatever_was_asked(cluster: Subject) -> None:
    body = cluster.deployment(replicas=0)
    body["spec"]["replicsa"] = 3
    for asked in ("Strict", "Warn"):
        answer = cluster.apply("deployments", body, fieldValidation=asked)
        assert answer.code == 500
        assert answer.message == (
            "failed to create typed patch object (/web; apps/v1, Kind=Deployment): "
            ".spec.replicsa: field not declared in schema"
        )


def test_a_scale_takes_the_replicas_from_whoever_applied_them(cluster: Subject) -> None:
    cluster.apply("deployments", cluster.deployment(replicas=0))
    scale = cluster.at("deployments", "web", "scale")
    cluster.patch(scale, {"spec": {"replicas": 1}}, MERGE, fieldManager="human")
    answer = cluster.apply("deployments", cluster.deployment(replicas=0))
    assert (answer.code, answer.message) == (
        409,
        (
            'Apply failed with 1 conflict: conflict with "human" with subresource "scale" '
            "using apps/v1: .spec.replicas"
        ),
    )
