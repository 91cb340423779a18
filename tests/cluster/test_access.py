"""The control plane's roles hold what they need and nothing else, as the real authorizer judges."""

import pytest

from tests.cluster.conftest import Environment

MAY = {
    "toban:night-scaling": {
        ("list", "", "nodes"), ("patch", "", "nodes"), ("list", "", "pods"), ("create", "", "pods/eviction"),
        ("list", "apps", "deployments"), ("list", "apps", "statefulsets"),
        ("patch", "apps", "deployments/scale"), ("patch", "apps", "statefulsets/scale"),
        ("list", "argoproj.io", "rollouts"), ("patch", "argoproj.io", "rollouts/scale"),
        ("list", "batch", "cronjobs"), ("patch", "batch", "cronjobs"),
        ("list", "autoscaling", "horizontalpodautoscalers"),
        ("patch", "autoscaling", "horizontalpodautoscalers"),
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


@pytest.mark.parametrize("group", ["toban:night-scaling", "toban:remediation", "toban:reader", "toban:chaos"])
def test_no_role_deletes_creates_reads_secrets_or_raises_itself(prod: Environment, group: str) -> None:
    assert [each for each in NEVER if allowed(prod, group, *each)] == []


def test_a_role_holds_no_right_beyond_the_list(prod: Environment) -> None:
    role = prod.cluster.get("/apis/rbac.authorization.k8s.io/v1/clusterroles/toban-night-scaling")
    held = {
        (verb, group, resource)
        for rule in role["rules"]
        for verb in rule["verbs"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }

    assert held == MAY["toban:night-scaling"]
