"""The official client reads and writes the simulated cluster's objects as it would a real server's."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from kubernetes import client
from kubernetes.client.exceptions import ApiException

from twin.clock import Clock
from twin.cluster.api.dispatch import Api
from twin.cluster.api.server import Server
from twin.cluster.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = {"app": "api-service"}


@pytest.fixture
def api_client() -> Iterator[Any]:
    with closing(Clock(datetime(2026, 12, 7, tzinfo=UTC))) as clock:
        api = Api(Objects(clock, seed=1), threading.Condition(), lambda: None, lambda *_: None)
        with closing(Server(api, None)) as server:
            settings = client.Configuration()
            settings.host = server.url
            with client.ApiClient(settings) as found:
                client.CoreV1Api(found).create_namespace({"metadata": {"name": "app"}})
                yield found


def deployment(**spec: object) -> dict[str, Any]:
    container = {"name": "api", "image": "example/api@sha256:" + "0" * 64}
    template = {"metadata": {"labels": LABELS}, "spec": {"containers": [container]}}
    return {
        "metadata": {"name": "api-service", "labels": LABELS},
        "spec": {"replicas": 3, "selector": {"matchLabels": LABELS}, "template": template, **spec},
    }


def test_an_object_is_made_read_listed_by_label_and_deleted(api_client: Any) -> None:
    apps = client.AppsV1Api(api_client)
    made = apps.create_namespaced_deployment("app", deployment())

    assert apps.read_namespaced_deployment("api-service", "app").metadata.uid == made.metadata.uid
    assert len(apps.list_namespaced_deployment("app", label_selector="app=api-service").items) == 1
    assert not apps.list_namespaced_deployment("app", label_selector="app=other").items


def test_a_missing_object_is_a_404_with_a_status(api_client: Any) -> None:
    with pytest.raises(ApiException) as caught:
        client.AppsV1Api(api_client).read_namespaced_deployment("nobody", "app")

    assert caught.value.status == 404
    assert '"reason": "NotFound"' in caught.value.body


def test_the_scale_of_a_deployment_is_patched_through_its_own_part(api_client: Any) -> None:
    apps = client.AppsV1Api(api_client)
    apps.create_namespaced_deployment("app", deployment())

    apps.patch_namespaced_deployment_scale("api-service", "app", {"spec": {"replicas": 0}})

    assert apps.read_namespaced_deployment("api-service", "app").spec.replicas == 0


def test_an_update_of_an_older_version_conflicts(api_client: Any) -> None:
    apps = client.AppsV1Api(api_client)
    old = apps.create_namespaced_deployment("app", deployment())
    apps.patch_namespaced_deployment("api-service", "app", {"spec": {"replicas": 5}})

    with pytest.raises(ApiException) as caught:
        apps.replace_namespaced_deployment("api-service", "app", old)

    assert caught.value.status == 409


def test_a_dry_run_answers_and_changes_nothing(api_client: Any) -> None:
    apps = client.AppsV1Api(api_client)
    apps.create_namespaced_deployment("app", deployment())

    answer = apps.patch_namespaced_deployment("api-service", "app", {"spec": {"replicas": 9}}, dry_run="All")

    assert answer.spec.replicas == 9
    assert apps.read_namespaced_deployment("api-service", "app").spec.replicas == 3


def test_a_node_is_cordoned_by_a_merge_patch(api_client: Any) -> None:
    core = client.CoreV1Api(api_client)
    core.create_node({"metadata": {"name": "node-1"}})

    core.patch_node("node-1", {"spec": {"unschedulable": True}})

    assert core.read_node("node-1").spec.unschedulable is True


def test_negative_replicas_are_refused_with_the_fields_name(api_client: Any) -> None:
    with pytest.raises(ApiException) as caught:
        client.AppsV1Api(api_client).create_namespaced_deployment("app", deployment(replicas=-1))

    assert caught.value.status == 422
    assert "spec.replicas" in caught.value.body
