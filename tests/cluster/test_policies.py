"""Each policy refuses what it is there for, on a real API server, in words that say what to do."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cluster.conftest import Environment
from toban.cluster_bed.client import ClusterRefusalError
from toban.manifests import applying

Object = dict[str, Any]


def deployment(prod: Environment, name: str = "api-service") -> Object:
    found = (x for x in prod.objects if (x["kind"], x["metadata"]["name"]) == ("Deployment", name))
    return copy.deepcopy(next(found))


def container(thing: Object) -> Object:
    first: Object = thing["spec"]["template"]["spec"]["containers"][0]
    return first


def refusal(prod: Environment, thing: Object) -> str:
    with pytest.raises(ClusterRefusalError) as refused:
        prod.cluster.apply(thing, manager=applying.MANAGER, dry_run=True)
    return str(refused.value)


def by_tag(thing: Object) -> None:
    container(thing)["image"] = container(thing)["image"].split("@")[0] + ":1.2.3"


def from_elsewhere(thing: Object) -> None:
    container(thing)["image"] = "docker.io/somebody/api@sha256:" + "1" * 64


def without_limit(thing: Object) -> None:
    del container(thing)["resources"]["limits"]["memory"]


def without_liveness(thing: Object) -> None:
    del container(thing)["livenessProbe"]


def with_one_path(thing: Object) -> None:
    container(thing)["livenessProbe"]["httpGet"]["path"] = "/ready"


def without_budget(thing: Object) -> None:
    thing["metadata"]["name"] = "newcomer"


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        (by_tag, "name it by its digest"),
        (from_elsewhere, "push it there first"),
        (without_limit, "resources.limits.memory"),
        (without_liveness, "add readinessProbe and livenessProbe"),
        (with_one_path, "give liveness a path that touches no dependency"),
        (without_budget, "add a PodDisruptionBudget and its binding"),
    ],
    ids=lambda each: each.__name__ if callable(each) else None,
)
def test_a_planted_violation_is_refused_in_words_that_help(
    prod: Environment, plant: Callable[[Object], None], words: str
) -> None:
    thing = deployment(prod)
    plant(thing)

    assert words in refusal(prod, thing)


def test_a_budget_that_selects_other_pods_is_as_good_as_none(prod: Environment) -> None:
    names = {
        "Namespace": "app-production",
        "ConfigMap": "admission-parameters",
        "PodDisruptionBudget": "api-service",
    }
    for kind, name in names.items():
        [thing] = [x for x in prod.objects if (x["kind"], x["metadata"]["name"]) == (kind, name)]
        prod.cluster.apply(_elsewhere(thing), manager=applying.MANAGER)
    thing = _elsewhere(deployment(prod))
    for labels in (thing["spec"]["selector"]["matchLabels"], thing["spec"]["template"]["metadata"]["labels"]):
        labels["app"] = "another"

    assert "make the selector match its labels" in refusal(prod, thing)


def _elsewhere(thing: Object) -> Object:
    text = json.dumps(thing).replace("app-production", "planted")
    moved: Object = json.loads(text)
    return moved


def test_what_is_refused_as_planted_is_admitted_as_it_is(prod: Environment) -> None:
    assert prod.cluster.apply(deployment(prod), manager=applying.MANAGER, dry_run=True).warnings == ()


def privileged(namespace: str, image: str) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "privileged", "namespace": namespace},
        "spec": {
            "containers": [
                {
                    "name": "shell",
                    "image": image,
                    "securityContext": {"privileged": True},
                    "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "1Mi"}},
                }
            ]
        },
    }


def test_pod_security_keeps_a_privileged_pod_out_of_production(prod: Environment) -> None:
    pod = privileged("app-production", container(deployment(prod))["image"])

    assert 'violates PodSecurity "restricted:v1.35": privileged' in refusal(prod, pod)


def test_monitoring_admits_the_agents_that_need_the_host(prod: Environment) -> None:
    pod = privileged("monitoring", "registry.k8s.io/pause:3.10")

    assert prod.cluster.apply(pod, manager="agent", dry_run=True).body["metadata"]["name"] == "privileged"


def test_no_other_namespace_may_open_itself_to_privileged_pods(prod: Environment) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "privileged"}
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "back-door", "labels": labels}}

    assert "label it restricted or baseline" in refusal(prod, namespace)


def test_nobody_gets_a_shell_in_production_without_breaking_glass(prod: Environment) -> None:
    pod = prod.pods("api-service")[0]["metadata"]["name"]
    path = f"/api/v1/namespaces/app-production/pods/{pod}/exec"

    with pytest.raises(ClusterRefusalError, match="toban:break-glass"):
        prod.cluster.call("POST", path, command="sh", stdout="true")


def test_the_control_plane_cannot_scale_outside_the_application(prod: Environment) -> None:
    acting = prod.cluster.acting_for("toban:night-scaling-scaler")
    path = "/apis/apps/v1/namespaces/kube-system/deployments/spare-room/scale"

    with pytest.raises(ClusterRefusalError, match="changes no deployments in kube-system"):
        acting.call(
            "PATCH", path, {"spec": {"replicas": 0}}, kind="application/merge-patch+json", dryRun="All"
        )


def test_the_control_plane_cannot_relabel_a_node(prod: Environment) -> None:
    acting = prod.cluster.acting_for("toban:night-scaling-drainer")
    node = prod.cluster.items("/api/v1/nodes")[0]["metadata"]["name"]
    body = {"metadata": {"labels": {"node-role.kubernetes.io/master": ""}}}

    with pytest.raises(ClusterRefusalError, match="not change its labels"):
        acting.call("PATCH", f"/api/v1/nodes/{node}", body, kind="application/merge-patch+json", dryRun="All")
