"""Creating, changing and refusing: identity, versions, validation in the API server's words, dry runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.contracts.cluster.subject import MERGE

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Subject


def config(name: str = "one", **data: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "data": data}


def test_a_new_object_gets_its_identity_from_the_server(cluster: Subject) -> None:
    made = cluster.make("configmaps", config(key="value"))
    assert made["metadata"]["namespace"] == cluster.namespace
    assert made["metadata"]["uid"]
    assert made["metadata"]["creationTimestamp"].endswith("Z")
    assert int(made["metadata"]["resourceVersion"]) > 0


def test_a_generated_name_begins_with_its_prefix(cluster: Subject) -> None:
    made = cluster.make("configmaps", {"metadata": {"generateName": "one-"}})
    name = made["metadata"]["name"]
    assert (name[:4], len(name)) == ("one-", 9)


def test_a_name_is_taken_once(cluster: Subject) -> None:
    cluster.make("configmaps", config())
    again = cluster.send("POST", cluster.at("configmaps"), config())
    assert (again.code, again.reason) == (409, "AlreadyExists")
    assert again.message == 'configmaps "one" already exists'
    assert again.body["details"] == {"name": "one", "kind": "configmaps"}


@pytest.mark.parametrize(
    ("resource", "message"),
    [("configmaps", 'configmaps "none" not found'), ("deployments", 'deployments.apps "none" not found')],
)
def test_a_missing_object_is_not_found_by_name(cluster: Subject, resource: str, message: str) -> None:
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {})):
        found = cluster.send(method, cluster.at(resource, "none"), body, MERGE)
        assert (found.code, found.reason, found.message) == (404, "NotFound", message)


def test_a_missing_namespace_is_not_found(cluster: Subject) -> None:
    found = cluster.send("POST", "/api/v1/namespaces/nowhere/configmaps", config())
    assert (found.code, found.message) == (404, 'namespaces "nowhere" not found')


def test_an_unknown_path_is_not_found(cluster: Subject) -> None:
    found = cluster.send("GET", "/apis/apps/v1/namespaces/default/deploymints")
    assert (found.code, found.reason) == (404, "NotFound")
    assert found.message == "the server could not find the requested resource"
    found = cluster.send("GET", "/apis/nobodys.example.com/v1/things")
    assert (found.code, found.message) == (404, "404 page not found\n")


def test_an_update_that_rests_on_an_old_reading_conflicts(cluster: Subject) -> None:
    old = cluster.make("configmaps", config(key="1"))
    cluster.patch(cluster.at("configmaps", "one"), {"data": {"key": "2"}})
    late = cluster.send("PUT", cluster.at("configmaps", "one"), {**old, "data": {"key": "3"}})
    assert (late.code, late.reason) == (409, "Conflict")
    assert late.message == (
        'Operation cannot be fulfilled on configmaps "one": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    assert cluster.get(cluster.at("configmaps", "one"))["data"] == {"key": "2"}


def test_a_patch_may_rest_on_a_version_too(cluster: Subject) -> None:
    old = cluster.make("configmaps", config(key="1"))
    version = old["metadata"]["resourceVersion"]
    body = {"metadata": {"resourceVersion": version}, "data": {"key": "2"}}
    cluster.patch(cluster.at("configmaps", "one"), body)
    late = cluster.send("PATCH", cluster.at("configmaps", "one"), body, MERGE)
    assert (late.code, late.reason) == (409, "Conflict")


def test_a_deletion_may_rest_on_a_uid(cluster: Subject) -> None:
    cluster.make("configmaps", config())
    late = cluster.delete(cluster.at("configmaps", "one"), {"preconditions": {"uid": "other"}})
    assert (late.code, late.reason) == (409, "Conflict")
    assert cluster.exists(cluster.at("configmaps", "one"))


def test_an_update_without_a_change_keeps_the_version(cluster: Subject) -> None:
    made = cluster.make("configmaps", config(key="1"))
    same = cluster.patch(cluster.at("configmaps", "one"), {"data": {"key": "1"}})
    assert same["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_the_generation_follows_the_spec_and_nothing_else(cluster: Subject) -> None:
    path = cluster.at("deployments", "web")
    assert cluster.make("deployments", cluster.deployment(replicas=0))["metadata"]["generation"] == 1
    assert cluster.patch(path, {"metadata": {"labels": {"a": "b"}}})["metadata"]["generation"] == 1
    assert cluster.patch(path, {"spec": {"paused": True}})["metadata"]["generation"] == 2


def test_a_status_is_written_apart_from_the_rest(cluster: Subject) -> None:
    path = cluster.at("deployments", "web")
    body = {**cluster.deployment(replicas=0, paused=True), "status": {"readyReplicas": 7}}
    assert "readyReplicas" not in cluster.make("deployments", body).get("status", {})
    changed = cluster.patch(f"{path}/status", {"spec": {"replicas": 5}, "metadata": {"labels": {"a": "b"}}})
    assert changed["spec"]["replicas"] == 0


@pytest.mark.parametrize("dry", ["POST", "PATCH", "PUT", "DELETE"])
def test_a_dry_run_answers_as_if_and_changes_nothing(cluster: Subject, dry: str) -> None:
    path = cluster.at("configmaps", "one")
    if dry == "POST":
        answer = cluster.send("POST", cluster.at("configmaps"), config(key="2"), dryRun="All")
        assert (answer.code, cluster.exists(path)) == (201, False)
        return
    made = cluster.make("configmaps", config(key="1"))
    body = {**made, "data": {"key": "2"}} if dry == "PUT" else {"data": {"key": "2"}}
    kind = MERGE if dry == "PATCH" else "application/json"
    answer = cluster.send(dry, path, None if dry == "DELETE" else body, kind, dryRun="All")
    assert answer.code == 200
    assert dry == "DELETE" or answer.body["data"] == {"key": "2"}
    assert cluster.get(path) == made


def test_a_dry_run_of_what_is_wrong_is_refused_as_well(cluster: Subject) -> None:
    answer = cluster.send("POST", cluster.at("deployments"), cluster.deployment(replicas=-1), dryRun="All")
    assert (answer.code, answer.reason) == (422, "Invalid")


def test_an_unknown_value_of_dry_run_is_refused(cluster: Subject) -> None:
    answer = cluster.send("POST", cluster.at("configmaps"), config(), dryRun="Perhaps")
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert answer.message == (
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Perhaps"]: '
        'supported values: "All"'
    )


def test_an_unknown_field_is_a_warning_an_error_or_nothing_as_asked(cluster: Subject) -> None:
    body = cluster.deployment(replicas=0)
    body["spec"]["replicsa"] = 3
    strict = cluster.send("POST", cluster.at("deployments"), body, fieldValidation="Strict")
    assert (strict.code, strict.reason) == (400, "BadRequest")
    assert 'strict decoding error: unknown field "spec.replicsa"' in strict.message
    warned = cluster.send("POST", cluster.at("deployments"), body, fieldValidation="Warn", dryRun="All")
    assert warned.warnings == ('299 - "unknown field \\"spec.replicsa\\""',)
    ignored = cluster.send("POST", cluster.at("deployments"), body, fieldValidation="Ignore", dryRun="All")
    assert (ignored.code, ignored.warnings) == (201, ())
    assert "replicsa" not in ignored.body["spec"]


def test_a_value_of_the_wrong_type_is_refused(cluster: Subject) -> None:
    answer = cluster.send("POST", cluster.at("deployments"), cluster.deployment(replicas="3"))  # type: ignore[arg-type]
    assert (answer.code, answer.reason) == (400, "BadRequest")
    assert (
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
        in (answer.message)
    )


def _refused(cluster: Subject, resource: str, body: Any) -> tuple[str, list[dict[str, str]]]:
    answer = cluster.send("POST", cluster.at(resource), body)
    assert (answer.code, answer.reason) == (422, "Invalid"), answer.body
    return answer.message, answer.causes


def test_negative_replicas_are_refused_by_field(cluster: Subject) -> None:
    message, causes = _refused(cluster, "deployments", cluster.deployment(replicas=-1))
    why = "Invalid value: -1: must be greater than or equal to 0"
    assert message == f'Deployment.apps "web" is invalid: spec.replicas: {why}'
    assert causes == [{"reason": "FieldValueInvalid", "message": why, "field": "spec.replicas"}]


def test_a_selector_that_does_not_match_the_template_is_refused(cluster: Subject) -> None:
    body = cluster.deployment(selector={"matchLabels": {"app": "other"}})
    message, _ = _refused(cluster, "deployments", body)
    why = 'Invalid value: {"app":"web"}: `selector` does not match template `labels`'
    assert message == f'Deployment.apps "web" is invalid: spec.template.metadata.labels: {why}'


def test_a_pod_without_containers_is_refused(cluster: Subject) -> None:
    message, causes = _refused(cluster, "pods", {"metadata": {"name": "p"}, "spec": {"containers": []}})
    assert message == 'Pod "p" is invalid: spec.containers: Required value'
    assert causes[0]["reason"] == "FieldValueRequired"


def test_a_name_that_dns_would_refuse_is_refused(cluster: Subject) -> None:
    message, causes = _refused(cluster, "configmaps", config("Not_A_Name"))
    assert message.startswith(
        'ConfigMap "Not_A_Name" is invalid: metadata.name: Invalid value: "Not_A_Name": '
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters"
    )
    assert causes[0]["field"] == "metadata.name"


def test_a_selector_never_changes(cluster: Subject) -> None:
    cluster.make("deployments", cluster.deployment(replicas=0))
    body = {
        "spec": {
            "selector": {"matchLabels": {"app": "web", "more": "x"}},
            "template": {"metadata": {"labels": {"app": "web", "more": "x"}}},
        }
    }
    answer = cluster.send("PATCH", cluster.at("deployments", "web"), body, MERGE)
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert "field is immutable" in answer.message
    assert answer.causes[0]["field"] == "spec.selector"


def test_a_budget_has_one_bound(cluster: Subject) -> None:
    selector = {"matchLabels": {"app": "web"}}
    body = {"metadata": {"name": "b"}, "spec": {"selector": selector, "minAvailable": 1, "maxUnavailable": 1}}
    message, _ = _refused(cluster, "poddisruptionbudgets", body)
    assert message.endswith("minAvailable and maxUnavailable cannot be both set")


def test_an_autoscalers_bounds_must_make_sense(cluster: Subject) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    body = {"metadata": {"name": "h"}, "spec": {"scaleTargetRef": target, "minReplicas": 5, "maxReplicas": 3}}
    message, _ = _refused(cluster, "horizontalpodautoscalers", body)
    why = "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"
    assert message == f'HorizontalPodAutoscaler.autoscaling "h" is invalid: {why}'


def test_an_autoscaler_at_zero_or_below_is_refused(cluster: Subject) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    body = {"metadata": {"name": "h"}, "spec": {"scaleTargetRef": target, "minReplicas": 0, "maxReplicas": 0}}
    _, causes = _refused(cluster, "horizontalpodautoscalers", body)
    assert {(cause["field"], cause["message"]) for cause in causes} == {
        ("spec.minReplicas", "Invalid value: 0: must be greater than or equal to 1"),
        ("spec.maxReplicas", "Invalid value: 0: must be greater than 0"),
        (
            "spec.metrics",
            (
                "Forbidden: must specify at least one Object or External metric "
                "to support scaling to zero replicas"
            ),
        ),
    }


@pytest.mark.parametrize(
    ("spec", "field"),
    [({"schedule": "61 * * * *"}, "spec.schedule"), ({"timeZone": "Mars/Base"}, "spec.timeZone")],
)
def test_a_cronjobs_schedule_is_read_before_it_is_kept(
    cluster: Subject, spec: dict[str, str], field: str
) -> None:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}
    job = {"spec": {"template": {"spec": pod}}}
    body = {"metadata": {"name": "c"}, "spec": {"schedule": "0 0 * * *", "jobTemplate": job, **spec}}
    _, causes = _refused(cluster, "cronjobs", body)
    assert [cause["field"] for cause in causes] == [field]


def test_a_jobs_pod_must_end_some_day(cluster: Subject) -> None:
    pod = {"containers": [{"name": "c", "image": "i"}]}
    message, causes = _refused(
        cluster, "jobs", {"metadata": {"name": "j"}, "spec": {"template": {"spec": pod}}}
    )
    assert causes[0]["field"] == "spec.template.spec.restartPolicy"
    assert 'Required value: valid values: "OnFailure", "Never"' in message


def test_a_running_pods_spec_is_fixed(cluster: Subject) -> None:
    cluster.make("pods", {"metadata": {"name": "p"}, "spec": cluster.pod_spec()})
    answer = cluster.send("PATCH", cluster.at("pods", "p"), {"spec": {"hostNetwork": True}}, MERGE)
    assert (answer.code, answer.reason) == (422, "Invalid")
    assert (
        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`" in answer.message
    )
