"""The Kubernetes adapter, by the official client, against the simulated cluster's API and its token check."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from kubernetes import client

from functions.adapters.cluster_access import api_client, token
from functions.adapters.kubernetes import KubernetesCluster
from functions.adapters.kubernetes_values import kept_because
from functions.core.cluster import Bounds, CronJob, Pod, ScaledObject, Workload
from functions.core.errors import PermanentError, TemporaryError
from functions.core.other_controllers import OtherControllers
from twin.clock import Clock
from twin.cluster.api.access import Identity
from twin.cluster.api.dispatch import Api
from twin.cluster.api.server import Server
from twin.cluster.api.tokens import Caller, TokenAuthenticator
from twin.cluster.objects import Objects
from twin.cluster.status import StatusError

OPTED_IN = {"toban.dev/night-scaling": "enabled"}
APP = {"app": "api"}
CONTAINER = {"name": "api", "image": "example/api@sha256:" + "0" * 64}
TEMPLATE = {"metadata": {"labels": APP}, "spec": {"containers": [CONTAINER]}}
SESSION = boto3.Session(aws_access_key_id="key", aws_secret_access_key="secret", region_name="ap-northeast-1")


class Eks:
    """Describes one cluster."""

    meta = SimpleNamespace(region_name="ap-northeast-1")

    def __init__(self, url: str) -> None:
        self.url = url

    def describe_cluster(self, name: str) -> dict[str, Any]:
        return {"cluster": {"name": name, "endpoint": self.url, "certificateAuthority": {"data": ""}}}


@pytest.fixture
def api() -> Iterator[Any]:
    with closing(Clock(datetime(2026, 12, 7, tzinfo=UTC))) as clock:
        served = Api(Objects(clock, seed=1), threading.Condition(), lambda: None, lambda *_: None)
        with closing(Server(served, None)) as server:
            found = api_client(session=SESSION, eks=Eks(server.url), cluster="dev")
            client.CoreV1Api(found).create_namespace(
                {"metadata": {"name": "app", "labels": {"toban.dev/tier": "application"}}}
            )
            yield found


@pytest.fixture
def cluster(api: Any) -> KubernetesCluster:
    return KubernetesCluster(api=api)


def refuse(status: int, what: str, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every request whose address holds `what` answered with a status."""
    passed_on = api.call_api

    def answer(method: str, url: str, *rest: Any, **options: Any) -> Any:
        if what in url:
            raise client.ApiException(status=status, reason="no")
        return passed_on(method, url, *rest, **options)

    monkeypatch.setattr(api, "call_api", answer)


def deploy(api: Any, name: str = "api", labels: dict[str, str] | None = None, namespace: str = "app") -> None:
    body = {
        "metadata": {"name": name, "labels": OPTED_IN if labels is None else labels},
        "spec": {"replicas": 3, "selector": {"matchLabels": APP}, "template": TEMPLATE},
    }
    client.AppsV1Api(api).create_namespaced_deployment(namespace, body)


def add_node(api: Any) -> None:
    body = {
        "metadata": {
            "name": "ip-10-0-11-5",
            "labels": {
                "eks.amazonaws.com/nodegroup": "primary",
                "topology.kubernetes.io/zone": "ap-northeast-1a",
            },
        },
        "spec": {"providerID": "aws:///ap-northeast-1a/i-0123"},
    }
    client.CoreV1Api(api).create_node(body)


def test_only_workloads_that_opted_in_are_seen_with_their_autoscalers(
    api: Any, cluster: KubernetesCluster
) -> None:
    deploy(api)
    deploy(api, "other", labels={})
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    spec = {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 10}
    client.AutoscalingV2Api(api).create_namespaced_horizontal_pod_autoscaler(
        "app", {"metadata": {"name": "api-hpa"}, "spec": spec}
    )

    assert cluster.workloads() == (Workload("Deployment", "app", "api", 3, 0, Bounds("api-hpa", 3, 10)),)


def test_a_workload_is_scaled_and_bounded_and_one_that_is_gone_stays_gone(
    api: Any, cluster: KubernetesCluster
) -> None:
    deploy(api)
    workload = cluster.workloads()[0]
    cluster.scale(workload, 0)
    assert cluster.workloads()[0].replicas == 0
    gone = Workload("StatefulSet", "app", "gone", 1, bounds=Bounds("gone-hpa", 1, 2))
    cluster.scale(gone, 0)
    cluster.bound(gone, Bounds("gone-hpa", 1, 1))


def test_a_cronjob_is_suspended_and_resumed(api: Any, cluster: KubernetesCluster) -> None:
    pod = {"spec": {"containers": [CONTAINER], "restartPolicy": "Never"}}
    body = {
        "metadata": {"name": "report", "labels": OPTED_IN},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": pod}}},
    }
    client.BatchV1Api(api).create_namespaced_cron_job("app", body)
    job = CronJob("app", "report", suspended=False)
    assert cluster.cronjobs() == (job,)
    cluster.suspend(job, suspended=True)
    assert cluster.cronjobs()[0].suspended


def test_a_node_is_cordoned_with_a_mark_and_uncordoned_without(api: Any, cluster: KubernetesCluster) -> None:
    add_node(api)
    cluster.cordon("ip-10-0-11-5", by="night_scaling")
    node = cluster.nodes()[0]
    assert (node.cordoned, node.cordoned_by_toban, node.instance_id) == (True, True, "i-0123")
    assert (node.nodegroup, node.zone) == ("primary", "ap-northeast-1a")
    cluster.uncordon("ip-10-0-11-5")
    node = cluster.nodes()[0]
    assert (node.cordoned, node.cordoned_by_toban) == (False, False)
    cluster.cordon("gone", by="night_scaling")


def test_an_eviction_asks_and_a_budget_that_says_no_is_quoted(api: Any, cluster: KubernetesCluster) -> None:
    core = client.CoreV1Api(api)
    add_node(api)
    core.create_namespaced_pod(
        "app",
        {
            "metadata": {"name": "p", "labels": APP},
            "spec": {"containers": [CONTAINER], "nodeName": "ip-10-0-11-5"},
        },
    )
    alone = "no controller would bring it back"
    assert cluster.pods_to_evict("ip-10-0-11-5") == (Pod("app", "p", kept_because=alone),)
    budget = {"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": APP}}}
    client.PolicyV1Api(api).create_namespaced_pod_disruption_budget("app", budget)

    sentence = cluster.evict(Pod("app", "p"))

    assert sentence is None or "app/p" in sentence
    assert cluster.evict(Pod("app", "gone")) is None


@pytest.mark.parametrize(("status", "raised"), [(403, None), (429, None), (500, None), (401, PermanentError)])
def test_what_the_api_answers_to_an_eviction_is_about_that_pod_alone(
    cluster: KubernetesCluster, monkeypatch: pytest.MonkeyPatch, status: int, raised: type[Exception] | None
) -> None:
    def refuse(_self: Any, _path: str, _body: Any) -> None:
        error = client.ApiException(status=status, reason="no")
        error.body = json.dumps({"message": "This pod has more than one PodDisruptionBudget"})
        raise error

    monkeypatch.setattr("functions.adapters.kubernetes_rest.Rest.post", refuse)
    if raised:
        with pytest.raises(raised):
            cluster.evict(Pod("app", "p"))
    else:
        assert cluster.evict(Pod("app", "p")) == "app/p: This pod has more than one PodDisruptionBudget"


OWNED = {"ownerReferences": [{"kind": "ReplicaSet", "controller": True}]}
SCRATCH = {"volumes": [{"name": "tmp", "emptyDir": {}}]}


@pytest.mark.parametrize(
    ("meta", "spec", "kept"),
    [
        (OWNED, {}, None),
        ({}, {}, "no controller would bring it back"),
        ({"ownerReferences": [{"kind": "Node"}]}, {}, "no controller would bring it back"),
        (OWNED, SCRATCH, "the data of its emptyDir would be lost"),
        ({"labels": {"toban.dev/evict": "true"}}, SCRATCH, None),
        ({**OWNED, "labels": {"toban.dev/evict": "false"}}, {}, 'its label toban.dev/evict is "false"'),
        ({"labels": {"toban.dev/evict": "yes"}}, {}, "no controller would bring it back"),
    ],
)
def test_a_pod_that_would_be_lost_is_kept_as_kubectl_drain_keeps_it_unless_its_label_says_so(
    meta: dict[str, Any], spec: dict[str, Any], kept: str | None
) -> None:
    assert kept_because({"metadata": meta, "spec": spec}) == kept


def test_a_cluster_that_cannot_be_reached_is_a_temporary_error() -> None:
    found = api_client(session=SESSION, eks=Eks("http://127.0.0.1:9"), cluster="dev")
    with pytest.raises(TemporaryError, match="listing nodes"):
        KubernetesCluster(api=found).nodes()


@pytest.mark.parametrize(
    ("status", "kind"), [(503, TemporaryError), (409, TemporaryError), (403, PermanentError)]
)
def test_an_answer_of_the_cluster_becomes_one_of_our_errors(
    status: int, kind: Any, api: Any, cluster: KubernetesCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(status, "/nodes", api, monkeypatch)
    with pytest.raises(kind, match=str(status)):
        cluster.nodes()


def test_a_token_is_taken_by_the_cluster_that_it_was_signed_for_and_by_no_other() -> None:
    def authenticator(cluster: str) -> TokenAuthenticator:
        now = datetime.now(UTC)  # noqa: TID251 - botocore signs with the real clock
        return TokenAuthenticator(
            cluster, lambda: now, lambda _key: Caller("arn:role", "secret"), lambda role: Identity(user=role)
        )

    header = {"authorization": f"Bearer {token(session=SESSION, region='ap-northeast-1', cluster='one')}"}

    assert authenticator("one").identify(header).user == "arn:role"
    with pytest.raises(StatusError):
        authenticator("two").identify(header)


def custom(api: Any, group: str, version: str, plural: str, body: dict[str, Any]) -> None:
    objects = client.CustomObjectsApi(api)
    body = {"apiVersion": f"{group}/{version}", **body}
    if "namespace" in body["metadata"]:
        objects.create_namespaced_custom_object(group, version, "app", plural, body)
    else:
        objects.create_cluster_custom_object(group, version, plural, body)


def scaled(api: Any, name: str = "api-scaler") -> None:
    body = {
        "kind": "ScaledObject",
        "metadata": {"name": name, "namespace": "app"},
        "spec": {"scaleTargetRef": {"name": "api"}},
    }
    custom(api, "keda.sh", "v1alpha1", "scaledobjects", body)


def test_a_scaled_object_is_paused_by_its_own_annotation_and_scales_again(
    api: Any, cluster: KubernetesCluster
) -> None:
    deploy(api)
    scaled(api)
    owner = {"apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "api-scaler", "uid": "u"}
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    client.AutoscalingV2Api(api).create_namespaced_horizontal_pod_autoscaler(
        "app",
        {
            "metadata": {"name": "keda-hpa-api-scaler", "ownerReferences": [owner]},
            "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 9},
        },
    )
    workload = cluster.workloads()[0]
    assert workload == Workload("Deployment", "app", "api", 3, 0, None, ScaledObject("api-scaler"))
    cluster.pause(workload, ScaledObject("api-scaler", 1))
    assert cluster.workloads()[0].scaled_object == ScaledObject("api-scaler", 1)
    cluster.pause(workload, ScaledObject("api-scaler", None))
    assert cluster.workloads()[0].scaled_object == ScaledObject("api-scaler", None)
    cluster.pause(workload, ScaledObject("gone", 1))


def rollout(api: Any, name: str = "api", *, status: dict[str, Any]) -> None:
    body = {
        "kind": "Rollout",
        "metadata": {"name": name, "namespace": "app", "labels": OPTED_IN},
        "spec": {"replicas": 4},
    }
    custom(api, "argoproj.io", "v1alpha1", "rollouts", body)
    client.CustomObjectsApi(api).patch_namespaced_custom_object_status(
        "argoproj.io", "v1alpha1", "app", "rollouts", name, {"status": status}
    )


def test_a_rollout_that_opted_in_is_scaled_as_a_deployment_is(api: Any, cluster: KubernetesCluster) -> None:
    rollout(api, status={"readyReplicas": 3})
    target = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "api"}
    client.AutoscalingV2Api(api).create_namespaced_horizontal_pod_autoscaler(
        "app",
        {"metadata": {"name": "s"}, "spec": {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 9}},
    )
    [found] = cluster.workloads()
    assert found == Workload("Rollout", "app", "api", 4, 3, Bounds("s", 3, 9))
    cluster.scale(found, 1)
    assert cluster.workloads()[0].replicas == 1
    cluster.scale(found._replace(name="gone"), 1)


@pytest.mark.parametrize(
    ("status", "under_way"),
    [
        ({"observedGeneration": "1", "currentPodHash": "a", "stableRS": "a"}, False),
        ({"observedGeneration": "1", "currentPodHash": "b", "stableRS": "a"}, True),
        ({"observedGeneration": "1", "currentPodHash": "b", "stableRS": "a", "abort": True}, False),
        ({"observedGeneration": "0", "currentPodHash": "a", "stableRS": "a"}, True),
        ({"observedGeneration": "1", "currentPodHash": "a"}, True),
    ],
    ids=["between releases", "a canary", "aborted", "not seen by the controller yet", "the first of all"],
)
def test_a_rollout_between_two_versions_is_told_from_one_at_rest(
    api: Any, cluster: KubernetesCluster, status: dict[str, Any], *, under_way: bool
) -> None:
    rollout(api, status=status)
    assert cluster.releasing() == (("Rollout app/api",) if under_way else ())


@pytest.mark.parametrize(
    ("spec", "left_alone"),
    [
        ({"syncPolicy": {"automated": {"selfHeal": True}}}, True),
        ({"syncPolicy": {"automated": {"selfHeal": False}}}, False),
        ({"syncPolicy": {}}, False),
        (
            {
                "syncPolicy": {"automated": {"selfHeal": True}},
                "ignoreDifferences": [
                    {"group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]}
                ],
            },
            False,
        ),
    ],
)
def test_others_are_found_by_what_they_leave(
    spec: dict[str, Any], api: Any, cluster: KubernetesCluster, *, left_alone: bool
) -> None:
    assert cluster.other_controllers() == OtherControllers()
    named = {"app.kubernetes.io/name": "cluster-autoscaler"}
    client.CoreV1Api(api).create_namespace({"metadata": {"name": "kube-system"}})
    deploy(api, "decoy", labels=named)
    assert cluster.other_controllers().cluster_autoscaler is None, "anybody may give the name"
    deploy(api, "cluster-autoscaler", labels=named, namespace="kube-system")
    custom(
        api,
        "karpenter.sh",
        "v1",
        "nodepools",
        {"kind": "NodePool", "metadata": {"name": "default"}, "spec": {}},
    )
    custom(
        api,
        "argoproj.io",
        "v1alpha1",
        "applications",
        {
            "kind": "Application",
            "metadata": {"name": "task-manager", "namespace": "app"},
            "spec": spec,
            "status": {"resources": [{"kind": "Deployment", "namespace": "app", "name": "api"}]},
        },
    )
    client.CustomObjectsApi(api).patch_namespaced_custom_object_status(
        "argoproj.io",
        "v1alpha1",
        "app",
        "applications",
        "task-manager",
        {"status": {"resources": [{"kind": "Deployment", "namespace": "app", "name": "api"}]}},
        _content_type="application/merge-patch+json",
    )
    found = cluster.other_controllers()
    assert found.cluster_autoscaler == "kube-system/cluster-autoscaler"
    assert found.nodepools == ("default",)
    assert dict(found.restored) == ({"Deployment app/api": "task-manager"} if left_alone else {})


@pytest.mark.parametrize(("status", "unseen"), [(404, 0), (403, 3)])
def test_kinds_that_are_not_served_are_nobodys_and_forbidden_ones_are_said(
    status: int, unseen: int, api: Any, cluster: KubernetesCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("nodepools", "scaledobjects", "applications"):
        refuse(status, kind, api, monkeypatch)
    assert len(cluster.other_controllers().unseen) == unseen
    assert cluster.workloads() == ()
