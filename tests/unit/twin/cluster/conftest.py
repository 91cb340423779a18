"""A cluster of its own for each test, on a clock of its own, with words for what the tests do to it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from twin.clock import Clock
from twin.cluster.api.requests import Request, Response
from twin.cluster.machines import Machine
from twin.cluster.simulation import SimulatedCluster

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "app-production"
LABELS = {"app": "api"}


@dataclass
class Bench:
    """A cluster and its clock."""

    clock: Clock
    cluster: SimulatedCluster

    def run(self, **span: float) -> None:
        self.clock.run_until(self.clock.now + timedelta(**span))

    def add_nodes(self, *names: str, ready_after_s: float = 0) -> None:
        for number, name in enumerate(names):
            zone = "ap-northeast-1" + "acd"[number % 3]
            machine = Machine(name=name, zone=zone, nodegroup="primary", instance_id=f"i-{number:017x}")
            self.cluster.add_node(machine, ready_after_s=ready_after_s)

    def deploy(self, replicas: int = 3, name: str = "api", **spec: Any) -> None:
        self.cluster.apply(deployment(replicas, name, **spec))

    def pods(self, namespace: str = NAMESPACE) -> list[dict[str, Any]]:
        return self.cluster.objects.listing("pods", namespace)

    def get(self, resource: str, name: str, namespace: str = NAMESPACE) -> dict[str, Any]:
        found = self.cluster.objects.get(resource, namespace, name)
        assert found is not None, f"no {resource} {name}"
        return found

    def send(self, method: str, path: str, body: Any = None, kind: str = "") -> Response:
        kind = kind or ("application/merge-patch+json" if method == "PATCH" else "application/json")
        response = self.cluster._api.answer(Request(method, path, body=body, content_type=kind))
        assert response.code < 300, response.body
        return response

    def patch(self, path: str, body: Any) -> None:
        self.send("PATCH", path, body)

    def condition(self, resource: str, name: str, kind: str) -> dict[str, Any]:
        found = self.get(resource, name, "" if resource == "nodes" else NAMESPACE)
        [entry] = [condition for condition in found["status"]["conditions"] if condition["type"] == kind]
        return dict(entry)


def template(labels: dict[str, str] = LABELS, **spec: Any) -> dict[str, Any]:
    ask = {"requests": {"cpu": "200m", "memory": "256Mi"}}
    container = {"name": "api", "image": "example/api@sha256:" + "0" * 64, "resources": ask}
    return {"metadata": {"labels": labels}, "spec": {"containers": [container], **spec}}


def deployment(replicas: int, name: str = "api", **spec: Any) -> dict[str, Any]:
    labels = {"app": name}
    body = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template(labels)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {**body, **spec},
    }


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Yields an empty cluster on Monday 2 November 2026, 00:00 UTC."""
    with closing(Clock(datetime(2026, 11, 2, tzinfo=UTC))) as clock:
        cluster = SimulatedCluster(clock, seed=1)
        with closing(cluster):
            yield Bench(clock, cluster)
