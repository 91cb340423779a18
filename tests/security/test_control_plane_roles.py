"""A stolen role of one function reads no Secret, runs no code, and deletes or re-owns nothing.

Each attack is tried with the rights of each function's group, and of the groups of people and of remedies.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.conftest import Environment
from tests.cluster.groups import groups
from tests.security.control_plane import APP, APPS, NOBODY, Attack, first, outcome, patch, post, steal
from toban.cluster_bed.client import MERGE, ClusterRefusalError

THIEVES = [*sorted(groups()), "toban:remediation", "toban:reader", "toban:chaos"]
"""Functions, each with its own role, and the other groups as they are."""
HPA = "/apis/autoscaling/v2/namespaces/app-production/horizontalpodautoscalers/api-service-hpa"
CRONJOBS = "/apis/batch/v1/namespaces/app-production/cronjobs"
PDB = "/apis/policy/v1/namespaces/app-production/poddisruptionbudgets/api-service"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
ADMISSION = "/apis/admissionregistration.k8s.io/v1"


FOR_NOBODY = {
    # There is none on the bed.
    "read a Secret",
    # What the policies keep from administrators as well.
    "run a command", "join a pod with a shell", "change a pod's image", "ask the kubelet", "give up a budget",
    "open the registry",
    # What Kubernetes keeps from everybody.
    "say another machine of a node",
}  # fmt: skip


def report(image: str) -> dict[str, Any]:
    container = {
        "name": "report",
        "image": image,
        "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "1Mi"}},
    }
    pod = {"containers": [container], "restartPolicy": "Never"}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "report", "namespace": "app-production"},
        "spec": {"schedule": "0 3 1 1 *", "jobTemplate": {"spec": {"template": {"spec": pod}}}},
    }


@pytest.fixture(scope="module")
def api(prod: Environment) -> dict[str, Any]:
    found: dict[str, Any] = prod.cluster.get(f"{APPS}/deployments/api-service")
    return found


@pytest.fixture(scope="module")
def attacks(prod: Environment, api: dict[str, Any]) -> Iterator[list[Attack]]:
    image = api["spec"]["template"]["spec"]["containers"][0]["image"]
    prod.cluster.apply(report(image), manager="tests")
    node = f"/api/v1/nodes/{first(prod, '/api/v1/nodes')}"
    pod = f"{APP}/pods/{prod.pods('api-service')[0]['metadata']['name']}"
    try:
        yield [
            *_secrets(),
            *_code(api, pod, node),
            *_nodes(node),
            *_workloads(api),
            *_cronjobs(api),
            *_elsewhere(prod, pod),
        ]
    finally:
        prod.cluster.call("DELETE", f"{CRONJOBS}/report")


def _secrets() -> list[Attack]:
    account = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    return [
        Attack("read a Secret", "GET", f"{APP}/secrets/api-service"),
        Attack("list the Secrets", "GET", f"{APP}/secrets"),
        Attack("list every Secret", "GET", "/api/v1/secrets"),
        post("take a service account's token", f"{APP}/serviceaccounts/api-service/token", account),
    ]


def _code(api: dict[str, Any], pod: str, node: str) -> list[Attack]:
    spec = api["spec"]["template"]["spec"]
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "thief"}, "spec": steal(spec)}
    debug = [{"name": "debug", "image": spec["containers"][0]["image"], "command": ["sh"]}]
    return [
        post("run a pod", f"{APP}/pods", made),
        post("run a command", f"{pod}/exec?command=env&stdout=true", None),
        patch(
            "join a pod with a shell", f"{pod}/ephemeralcontainers", {"spec": {"ephemeralContainers": debug}}
        ),
        patch(
            "change a pod's image",
            pod,
            [{"op": "replace", "path": "/spec/containers/0/image", "value": "evil"}],
        ),
        Attack("ask the kubelet", "GET", f"{node}/proxy/pods"),
    ]


def _nodes(node: str) -> list[Attack]:
    taint = {"key": "x", "effect": "NoExecute"}
    return [
        Attack("delete a node", "DELETE", node),
        patch("re-own a node, so that it is deleted", node, {"metadata": {"ownerReferences": [NOBODY]}}),
        patch("pin a node with a finalizer", node, {"metadata": {"finalizers": ["x.example/y"]}}),
        patch("label a node", node, {"metadata": {"labels": {"node-role.kubernetes.io/master": ""}}}),
        patch("annotate a node for others", node, {"metadata": {"annotations": {"x.example/y": "1"}}}),
        patch("taint a node, so that all leave", node, {"spec": {"taints": [taint]}}),
        patch("say another machine of a node", node, {"spec": {"providerID": "aws:///a/i-0ther"}}),
        patch("say that a node is ill", f"{node}/status", {"status": {"conditions": []}}),
    ]


def _workloads(api: dict[str, Any]) -> list[Attack]:
    one, spec = f"{APPS}/deployments/api-service", api["spec"]["template"]["spec"]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "frontend-service"}

    stolen = {key: steal(spec)[key] for key in ("containers", "volumes")}

    def template(**changed: Any) -> dict[str, Any]:
        return {"spec": {"template": {"spec": changed}}}

    return [
        Attack("delete a workload", "DELETE", one),
        Attack("delete all workloads", "DELETE", f"{APPS}/deployments"),
        Attack("delete a pod outright", "DELETE", f"{APP}/pods"),
        patch("run another command with its secrets", one, template(**stolen)),
        patch("mount a Secret", one, template(volumes=stolen["volumes"])),
        patch("take another service account", one, template(serviceAccountName="worker-service")),
        patch("take a token", one, template(automountServiceAccountToken=True)),
        patch("re-own a workload", one, {"metadata": {"ownerReferences": [NOBODY]}}),
        patch("pin a workload", one, {"metadata": {"finalizers": ["x.example/y"]}}),
        patch("relabel a workload", one, {"metadata": {"labels": {"toban.dev/night-scaling": None}}}),
        patch("stop all of a workload", one, {"spec": {"replicas": 0}}),
        patch("hold its releases", one, {"spec": {"paused": True}}),
        patch(
            "change how it is released",
            one,
            {"spec": {"strategy": {"rollingUpdate": {"maxUnavailable": "100%"}}}},
        ),
        patch(
            "annotate its pods for others",
            one,
            {"spec": {"template": {"metadata": {"annotations": {"x/y": "1"}}}}},
        ),
        patch("point an autoscaler elsewhere", HPA, {"spec": {"scaleTargetRef": target}}),
        patch("blind an autoscaler", HPA, {"spec": {"metrics": []}}),
        patch("slow an autoscaler", HPA, {"spec": {"behavior": {"scaleUp": {"selectPolicy": "Disabled"}}}}),
        patch("re-own an autoscaler", HPA, {"metadata": {"ownerReferences": [NOBODY]}}),
        patch("give up a budget", PDB, {"spec": {"minAvailable": 0}}),
        Attack("delete a budget", "DELETE", PDB),
    ]


def _cronjobs(api: dict[str, Any]) -> list[Attack]:
    one, spec = f"{CRONJOBS}/report", api["spec"]["template"]["spec"]
    kept = ("name", "image", "resources", "securityContext")
    container = {"command": ["env"], **{key: spec["containers"][0][key] for key in kept}}
    pod = {"containers": [container], "restartPolicy": "Never"}

    def job(**changed: Any) -> dict[str, Any]:
        return {"spec": {"jobTemplate": {"spec": {"template": {"spec": {**pod, **changed}}}}}}

    return [
        patch("run another command by a CronJob", one, job()),
        patch("mount a Secret by a CronJob", one, job(volumes=steal(spec)["volumes"])),
        patch("run a CronJob every minute", one, {"spec": {"schedule": "* * * * *"}}),
        patch("re-own a CronJob", one, {"metadata": {"ownerReferences": [NOBODY]}}),
        patch("annotate a CronJob", one, {"metadata": {"annotations": {"x/y": "1"}}}),
        Attack("delete a CronJob", "DELETE", one),
    ]


def _elsewhere(prod: Environment, pod: str) -> list[Attack]:
    name = pod.rsplit("/", 1)[-1]
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name}}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "up"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "toban:reader"}],
    }
    return [
        patch(
            "scale the platform",
            "/apis/apps/v1/namespaces/monitoring/deployments/grafana/scale",
            {"spec": {"replicas": 0}},
        ),
        patch(
            "restart the platform",
            "/apis/apps/v1/namespaces/monitoring/deployments/grafana",
            {"spec": {"replicas": 0}},
        ),
        post(
            "kill a pod without grace",
            f"{pod}/eviction",
            {**eviction, "deleteOptions": {"gracePeriodSeconds": 0}},
        ),
        post("give itself all rights", f"{RBAC}/clusterrolebindings", binding),
        Attack(
            "take a policy away", "DELETE", f"{ADMISSION}/validatingadmissionpolicies/toban-images-by-digest"
        ),
        patch("open the registry", f"{APP}/configmaps/admission-parameters", {"data": {"registry": ""}}),
        patch(
            "take a namespace's tier",
            "/api/v1/namespaces/app-production",
            {"metadata": {"labels": {"toban.dev/tier": None}}},
        ),
    ]


@pytest.mark.parametrize("thief", THIEVES)
def test_no_stolen_role_reads_secrets_runs_code_or_deletes_or_re_owns_anything(
    prod: Environment, attacks: list[Attack], thief: str
) -> None:
    acting = prod.cluster.acting_for(groups().get(thief, thief))
    came_through = [attack.name for attack in attacks if outcome(acting, attack) == "admitted"]

    assert came_through == []
    assert len(attacks) >= 45


def test_the_attacks_would_come_through_if_nothing_stood_in_their_way(
    prod: Environment, attacks: list[Attack]
) -> None:
    refused = {attack.name for attack in attacks if outcome(prod.cluster, attack) != "admitted"}

    assert refused == FOR_NOBODY


def _by_us(name: str | None) -> dict[str, Any]:
    return {"annotations": {"toban.dev/cordoned-by": name}}


RESTART = {"annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-28T00:00:00Z"}}
OWN_WORK = [
    ("DrainNodes", "node", {"spec": {"unschedulable": True}, "metadata": _by_us("night_scaling")}),
    ("AwaitNodes", "node", {"spec": {"unschedulable": None}, "metadata": _by_us(None)}),
    ("ScaleWorkloads", f"{APPS}/deployments/api-service/scale", {"spec": {"replicas": 4}}),
    ("ScaleWorkloads", HPA, {"spec": {"minReplicas": 1, "maxReplicas": 9}}),
    ("ScaleWorkloads", f"{CRONJOBS}/report", {"spec": {"suspend": True}}),
    ("toban:remediation", f"{APPS}/deployments/api-service", {"spec": {"template": {"metadata": RESTART}}}),
]


@pytest.mark.usefixtures("attacks")
@pytest.mark.parametrize(("function", "path", "body"), OWN_WORK)
def test_a_role_still_does_its_own_work(prod: Environment, function: str, path: str, body: Any) -> None:
    path = f"/api/v1/nodes/{first(prod, '/api/v1/nodes')}" if path == "node" else path
    acting = prod.cluster.acting_for(groups().get(function, function))

    assert outcome(acting, patch("its own work", path, body)) == "admitted"


def test_a_scale_carries_nothing_but_its_number(prod: Environment) -> None:
    acting = prod.cluster.acting_for(groups()["ScaleWorkloads"])
    before = prod.cluster.get(f"{APPS}/deployments/api-service")
    body = {"spec": {"replicas": before["spec"]["replicas"]}, "metadata": {"ownerReferences": [NOBODY]}}
    with contextlib.suppress(ClusterRefusalError):
        acting.call("PATCH", f"{APPS}/deployments/api-service/scale", body, kind=MERGE)
    after = prod.cluster.get(f"{APPS}/deployments/api-service")

    assert after["metadata"].get("ownerReferences") == before["metadata"].get("ownerReferences")
    assert after["spec"]["template"] == before["spec"]["template"]
