"""The control plane's roles hold what they need and nothing else, as the real authorizer judges."""

import pytest

from tests.cluster.conftest import Environment
from tests.cluster.groups import groups

LOOKS = {
    ("list", "", "namespaces"), ("list", "apps", "deployments"), ("list", "apps", "statefulsets"),
    ("list", "argoproj.io", "rollouts"), ("list", "batch", "cronjobs"),
    ("list", "autoscaling", "horizontalpodautoscalers"),
}  # fmt: skip
MAY = {
    "toban:night-scaling-reader": {*LOOKS, ("list", "", "nodes")},
    "toban:night-scaling-uncordoner": {("list", "", "nodes"), ("patch", "", "nodes")},
    "toban:night-scaling-scaler": {
        *LOOKS,
        ("patch", "apps", "deployments/scale"), ("patch", "apps", "statefulsets/scale"),
        ("patch", "argoproj.io", "rollouts/scale"), ("patch", "batch", "cronjobs"),
        ("patch", "autoscaling", "horizontalpodautoscalers"),
    },
    "toban:night-scaling-drainer": {
        ("list", "", "nodes"), ("patch", "", "nodes"), ("list", "", "namespaces"), ("list", "", "pods"),
        ("create", "", "pods/eviction"),
    },
}  # fmt: skip
NEVER = [
    ("get", "", "secrets"), ("list", "", "secrets"), ("delete", "", "pods"), ("delete", "", "nodes"),
    ("create", "", "pods"), ("create", "", "pods/exec"), ("delete", "apps", "deployments"),
    ("create", "apps", "deployments"), ("patch", "", "configmaps"), ("create", "", "serviceaccounts/token"),
    ("patch", "rbac.authorization.k8s.io", "clusterroles"), ("impersonate", "", "users"),
]  # fmt: skip


def allowed(prod: Environment, group: str, verb: str, api_group: str, resource: str) -> bool:
    name, _, subresource = resource.partition("/")
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": "somebody",
            "groups": [group],
            "resourceAttributes": {
                "verb": verb, "group": api_group, "resource": name, "subresource": subresource,
                "namespace": "app-production",
            },
        },
    }  # fmt: skip
    answer = prod.cluster.call("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", review).body
    return bool(answer["status"]["allowed"])


@pytest.mark.parametrize("group", MAY)
def test_a_role_may_do_all_that_its_adapter_calls(prod: Environment, group: str) -> None:
    assert [each for each in MAY[group] if not allowed(prod, group, *each)] == []


@pytest.mark.parametrize("group", [*MAY, "toban:remediation", "toban:reader", "toban:chaos"])
def test_no_role_deletes_creates_reads_secrets_or_raises_itself(prod: Environment, group: str) -> None:
    assert [each for each in NEVER if allowed(prod, group, *each)] == []


@pytest.mark.parametrize("group", MAY)
def test_a_role_holds_no_right_beyond_the_list(prod: Environment, group: str) -> None:
    name = group.replace(":", "-")
    role = prod.cluster.get(f"/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}")
    held = {
        (verb, api_group, resource)
        for rule in role["rules"]
        for verb in rule["verbs"]
        for api_group in rule["apiGroups"]
        for resource in rule["resources"]
    }

    assert held == MAY[group]


def test_each_function_that_enters_the_cluster_is_in_one_of_these_groups() -> None:
    assert set(groups().values()) == set(MAY)
