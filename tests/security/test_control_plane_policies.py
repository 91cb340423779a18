"""The cluster's policies see every operation and subresource that can bring what they forbid."""

import contextlib
import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.conftest import Environment
from tests.security.control_plane import APP, APPS
from toban.cluster_bed.client import JSON_PATCH, MERGE, Cluster, ClusterRefusalError

Object = dict[str, Any]
EVIL = "docker.io/evil/x:latest"
ELSEWHERE = "docker.io/evil/x@sha256:" + "1" * 64
CORE = "/api/v1/namespaces"


def refusal(
    cluster: Cluster, method: str, path: str, body: Any = None, kind: str = MERGE, **query: str
) -> str:
    """Returns the words in which a request is refused; nothing is kept of one that is admitted."""
    with pytest.raises(ClusterRefusalError) as refused:
        cluster.call(method, path, body, kind=kind, dryRun="All", **query)
    return str(refused.value)


@pytest.fixture
def pod(prod: Environment) -> str:
    return f"{APP}/pods/{prod.pods('worker-service')[0]['metadata']['name']}"


@pytest.fixture
def spec(prod: Environment) -> Object:
    found = prod.cluster.get(f"{APPS}/deployments/worker-service")["spec"]["template"]["spec"]
    return copy.deepcopy(found)


def carrier(kind: str, spec: Object) -> tuple[str, Object]:
    """Returns where an object of a kind that brings pods is made, and the object."""
    labels = {"app": "planted"}
    template = {"metadata": {"labels": labels}, "spec": spec}
    meta = {"name": "planted", "labels": labels}
    apps = {"apiVersion": "apps/v1", "kind": kind, "metadata": meta}
    selected = {"selector": {"matchLabels": labels}, "template": template}
    never = {**spec, "restartPolicy": "Never"}
    batch = {"apiVersion": "batch/v1", "kind": kind, "metadata": meta}
    core = {"apiVersion": "v1", "kind": kind, "metadata": meta}
    job = {"template": {"metadata": {"labels": labels}, "spec": never}}
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": meta}
    made: dict[str, tuple[str, Object]] = {
        "Deployment": (f"{APPS}/deployments", {**apps, "spec": {"replicas": 0, **selected}}),
        "StatefulSet": (
            f"{APPS}/statefulsets",
            {**apps, "spec": {"replicas": 0, "serviceName": "x", **selected}},
        ),
        "DaemonSet": (f"{APPS}/daemonsets", {**apps, "spec": selected}),
        "ReplicaSet": (f"{APPS}/replicasets", {**apps, "spec": {"replicas": 0, **selected}}),
        "ReplicationController": (
            f"{APP}/replicationcontrollers",
            {**core, "spec": {"replicas": 0, "selector": labels, "template": template}},
        ),
        "Job": ("/apis/batch/v1/namespaces/app-production/jobs", {**batch, "spec": {"suspend": True, **job}}),
        "CronJob": (
            "/apis/batch/v1/namespaces/app-production/cronjobs",
            {**batch, "spec": {"schedule": "0 3 1 1 *", "suspend": True, "jobTemplate": {"spec": job}}},
        ),
        "Pod": (f"{APP}/pods", {**core, "spec": spec}),
        "Rollout": (
            "/apis/argoproj.io/v1alpha1/namespaces/app-production/rollouts",
            {**rollout, "spec": {"replicas": 0, "strategy": {"canary": {}}, **selected}},
        ),
    }
    return made[kind]


CARRIERS = (
    "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod",
    "Rollout",
)  # fmt: skip
"""Every kind that can bring a container."""


@pytest.mark.parametrize("where", ["containers", "initContainers"])
@pytest.mark.parametrize("kind", CARRIERS)
def test_an_image_by_tag_or_from_elsewhere_is_refused_in_every_kind_that_can_bring_one(
    prod: Environment, spec: Object, kind: str, where: str
) -> None:
    for image, words in ((EVIL, "name it by its digest"), (ELSEWHERE, "push it there first")):
        planted = {**spec["containers"][0], "name": "planted", "image": image}
        for probe in ("readinessProbe", "livenessProbe", "startupProbe", "lifecycle", "ports"):
            planted.pop(probe, None)
        path, body = carrier(kind, {**spec, where: [*spec.get(where, []), planted]})
        assert words in refusal(prod.cluster, "POST", path, body, "application/json")


def test_a_pods_image_cannot_be_changed_afterwards(prod: Environment, pod: str) -> None:
    for image, words in ((EVIL, "name it by its digest"), (ELSEWHERE, "push it there first")):
        change = [{"op": "replace", "path": "/spec/containers/0/image", "value": image}]
        assert words in refusal(prod.cluster, "PATCH", pod, change, JSON_PATCH)


def test_a_pod_may_still_be_labelled(prod: Environment, pod: str) -> None:
    labels = {"metadata": {"labels": {"x": "y"}}}
    assert prod.cluster.call("PATCH", pod, labels, kind=MERGE, dryRun="All").warnings == ()


def test_nobody_joins_a_pod_but_who_breaks_glass_and_then_with_a_known_image(
    prod: Environment, pod: str, spec: Object
) -> None:
    def debug(image: str) -> Object:
        safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}
        return {"spec": {"ephemeralContainers": [{"name": "debug", "image": image, "securityContext": safe}]}}

    path = f"{pod}/ephemeralcontainers"
    known = spec["containers"][0]["image"]
    assert "toban:break-glass" in refusal(prod.cluster, "PATCH", path, debug(known))
    with breaking_glass(prod) as lead:
        assert "name it by its digest" in refusal(lead, "PATCH", path, debug(EVIL))
        assert lead.call("PATCH", path, debug(known), kind=MERGE, dryRun="All").body["kind"] == "Pod"


@contextlib.contextmanager
def breaking_glass(prod: Environment) -> Iterator[Cluster]:
    """Lets an on-call lead in, as an incident would."""
    roles = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "incident"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "toban:break-glass"}],
    }
    prod.cluster.apply(binding, manager="tests")
    try:
        yield prod.cluster.acting_for("toban:break-glass")
    finally:
        prod.cluster.call("DELETE", f"{roles}/incident")


@pytest.mark.parametrize(
    "part", ["exec?command=sh&stdout=true", "attach?stdout=true", "portforward", "proxy/"]
)
def test_every_way_into_a_pod_is_closed_to_an_administrator_too(
    prod: Environment, pod: str, part: str
) -> None:
    for method in ("GET", "POST"):
        with pytest.raises(ClusterRefusalError, match="toban:break-glass"):
            prod.cluster.call(method, f"{pod}/{part}")


def test_a_nodes_proxy_and_a_services_are_ways_into_a_pod(prod: Environment) -> None:
    node = prod.cluster.items("/api/v1/nodes")[0]["metadata"]["name"]
    for path in (f"/api/v1/nodes/{node}/proxy/run", f"{APP}/services/api-service/proxy/"):
        with pytest.raises(ClusterRefusalError, match="toban:break-glass"):
            prod.cluster.call("POST", path)


def editor_of(prod: Environment, namespace: str) -> Cluster:
    """Returns the cluster as somebody sees it who has every right in one namespace."""
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "tenant", "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": f"team:{namespace}"}],
    }
    prod.cluster.apply(binding, manager="tests")
    return prod.cluster.acting_for(f"team:{namespace}")


def test_the_parameter_of_a_policy_is_neither_emptied_nor_changed_nor_deleted(prod: Environment) -> None:
    path = f"{APP}/configmaps/admission-parameters"
    editor = editor_of(prod, "app-production")
    for value in ("", "docker.io/evil/"):
        change = {"data": {"registry": value}}
        assert "only who may change the admission policies" in refusal(editor, "PATCH", path, change)
    for value in ("", "registry.example.com", "registry.example.com/x"):
        assert "with / at its end" in refusal(prod.cluster, "PATCH", path, {"data": {"registry": value}})
    assert "with / at its end" in refusal(prod.cluster, "PATCH", path, {"data": None})
    for deleted in (path, f"{APP}/configmaps"):
        for who in (editor, prod.cluster):
            assert "admission-parameters" in refusal(who, "DELETE", deleted)
    moved = {"data": {"registry": "registry.example.com/toban/"}}
    assert prod.cluster.call("PATCH", path, moved, kind=MERGE, dryRun="All").body["kind"] == "ConfigMap"


def test_a_budget_that_was_asked_for_stays_and_keeps_a_pod(prod: Environment) -> None:
    path = "/apis/policy/v1/namespaces/app-production/poddisruptionbudgets"
    editor = editor_of(prod, "app-production")
    one = f"{path}/api-service"
    for deleted in (one, path):
        assert "keeps drains from being outages" in refusal(editor, "DELETE", deleted)
    spared = [
        {"minAvailable": 0}, {"minAvailable": "0%"}, {"minAvailable": None, "maxUnavailable": "100%"},
        {"minAvailable": None, "maxUnavailable": 3}, {"minAvailable": None},
    ]  # fmt: skip
    for change in spared:
        assert "spares all of its pods" in refusal(editor, "PATCH", one, {"spec": change})
    other = {"spec": {"selector": {"matchLabels": {"app": "nothing"}}}}
    assert "its selector stays" in refusal(editor, "PATCH", one, other)
    for change in ({"minAvailable": 1}, {"minAvailable": None, "maxUnavailable": 1}, {"minAvailable": "50%"}):
        kept = editor.call("PATCH", one, {"spec": change}, kind=MERGE, dryRun="All")
        assert kept.body["kind"] == "PodDisruptionBudget"


ENFORCE = "pod-security.kubernetes.io/enforce"


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ({}, "does not say which pods it admits"),
        ({ENFORCE: "privileged"}, "label it restricted or baseline"),
        ({ENFORCE: "restricted", f"{ENFORCE}-version": "v1.18"}, "name a newer version"),
    ],
)
def test_a_namespace_says_its_level_and_a_safe_one(
    prod: Environment, labels: dict[str, str], words: str
) -> None:
    made = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team-y", "labels": labels}}

    assert words in refusal(prod.cluster, "POST", "/api/v1/namespaces", made, "application/json")


def test_a_namespace_does_not_lose_its_level_afterwards_nor_a_stranger_gain_a_tier(prod: Environment) -> None:
    made = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "team-z", "labels": {ENFORCE: "restricted"}},
    }
    prod.cluster.apply(made, manager="tests")
    path = "/api/v1/namespaces/team-z"
    for change in ({ENFORCE: None}, {ENFORCE: "privileged"}):
        assert "label" in refusal(prod.cluster, "PATCH", path, {"metadata": {"labels": change}})
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": "labels-namespaces"},
        "rules": [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["*"]}],
    }
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "labels-namespaces"},
        "roleRef": {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "labels-namespaces",
        },
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "self-service"}],
    }
    for thing in (role, binding):
        prod.cluster.apply(thing, manager="tests")
    service = prod.cluster.acting_for("self-service")
    tier = {"metadata": {"labels": {"toban.dev/tier": "application"}}}
    assert "decides which policies hold" in refusal(service, "PATCH", path, tier)
    taken = {"metadata": {"labels": {"toban.dev/tier": None}}}
    assert "decides which policies hold" in refusal(service, "PATCH", f"{CORE}/app-production", taken)
    assert (
        service.call("PATCH", path, {"metadata": {"labels": {"x": "y"}}}, kind=MERGE).body["kind"]
        == "Namespace"
    )
    service.call("DELETE", path)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("namespaces/team-x/secretstores", "SecretStore"),
        ("namespaces/team-x/externalsecrets", "ExternalSecret"),
        ("namespaces/kube-system/secretstores", "SecretStore"),
    ],
)
def test_a_store_of_secrets_is_refused_wherever_it_does_not_belong(
    prod: Environment, team: Cluster, path: str, kind: str
) -> None:
    spec: Object = {"provider": {"aws": {"service": "SecretsManager", "region": "ap-northeast-1"}}}
    if kind == "ExternalSecret":
        spec = {
            "secretStoreRef": {"kind": "SecretStore", "name": "loot"},
            "target": {"name": "loot"},
            "data": [{"secretKey": "x", "remoteRef": {"key": "toban/environment/jwt"}}],
        }
    made = {"apiVersion": "external-secrets.io/v1", "kind": kind, "metadata": {"name": "loot"}, "spec": spec}
    where = f"/apis/external-secrets.io/v1/{path}"
    assert "only app-production and monitoring" in refusal(
        prod.cluster, "POST", where, made, "application/json"
    )
    if "team-x" in path:
        assert "only app-production and monitoring" in refusal(team, "POST", where, made, "application/json")


@pytest.fixture(scope="module")
def team(prod: Environment) -> Cluster:
    made = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": "team-x", "labels": {ENFORCE: "baseline"}},
    }
    prod.cluster.apply(made, manager="tests")
    return editor_of(prod, "team-x")


@pytest.mark.parametrize("name", ["application", "system-cluster-critical", "system-node-critical"])
def test_a_tenants_pod_takes_nobodys_place(prod: Environment, team: Cluster, spec: Object, name: str) -> None:
    image = spec["containers"][0]["image"]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "first"},
        "spec": {"priorityClassName": name, "containers": [{"name": "x", "image": image}]},
    }
    where = "/api/v1/namespaces/team-x/pods"
    assert "may not go before others" in refusal(team, "POST", where, pod, "application/json")
    del pod["spec"]["priorityClassName"]  # type: ignore[attr-defined] # a mapping, as above
    assert team.call("POST", where, pod, dryRun="All").body["kind"] == "Pod"


@pytest.mark.parametrize("kind", [kind for kind in CARRIERS if kind != "Pod"])
def test_what_a_container_needs_is_said_in_every_kind_that_can_bring_one(
    prod: Environment, spec: Object, kind: str
) -> None:
    """A Pod's own is filled in by the namespace's defaults, before any policy looks."""
    container = copy.deepcopy(spec["containers"][0])
    container["resources"] = {"limits": {"memory": "1Mi"}}
    path, body = carrier(kind, {**spec, "containers": [container]})
    assert "set resources.requests.cpu" in refusal(prod.cluster, "POST", path, body, "application/json")


def test_a_policy_by_field_names_every_field_that_the_server_knows(prod: Environment) -> None:
    """A field that a later Kubernetes adds is refused here first, before it is open to a stolen role."""
    schemas = {
        **prod.cluster.get("/openapi/v3/api/v1")["components"]["schemas"],
        **prod.cluster.get("/openapi/v3/apis/apps/v1")["components"]["schemas"],
        **prod.cluster.get("/openapi/v3/apis/batch/v1")["components"]["schemas"],
        **prod.cluster.get("/openapi/v3/apis/autoscaling/v2")["components"]["schemas"],
    }
    left_open = {
        ("nodes-only-cordoned", "io.k8s.api.core.v1.NodeSpec"): {"unschedulable"},
        ("autoscalers-only-bounded", "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerSpec"): {
            "minReplicas", "maxReplicas",
        },
        ("cronjobs-only-suspended", "io.k8s.api.batch.v1.CronJobSpec"): {"suspend"},
        ("workloads-only-restarted", "io.k8s.api.apps.v1.DeploymentSpec"): set(),
        ("workloads-only-restarted", "io.k8s.api.apps.v1.StatefulSetSpec"): set(),
    }  # fmt: skip
    policies = prod.cluster.items("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies")
    texts = {policy["metadata"]["name"]: str(policy["spec"]) for policy in policies}
    for (name, schema), opened in left_open.items():
        fields = set(schemas[schema]["properties"])
        named = {
            field
            for field in fields
            if f"spec.?{field} " in texts[f"toban-{name}"] + " " or f"spec.{field}" in texts[f"toban-{name}"]
        }
        assert fields - named == opened, (name, schema)
    meta = set(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]["properties"])
    kept_by_the_server = {
        "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generateName", "generation",
        "managedFields", "name", "namespace", "resourceVersion", "selfLink", "uid",
    }  # fmt: skip
    assert meta - kept_by_the_server == {"labels", "annotations", "ownerReferences", "finalizers"}
