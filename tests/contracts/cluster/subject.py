"""The cluster under test as the tests see it: the API over HTTP, time that passes, and nodes that join."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from kubernetes import client

from toban.cluster_bed import nodes, waiting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.clock import Clock

JSON, MERGE, STRATEGIC, APPLY = (
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
    "application/apply-patch+yaml",
)
_GROUPS = {
    "deployments": "apps/v1",
    "replicasets": "apps/v1",
    "statefulsets": "apps/v1",
    "daemonsets": "apps/v1",
    "jobs": "batch/v1",
    "cronjobs": "batch/v1",
    "poddisruptionbudgets": "policy/v1",
    "horizontalpodautoscalers": "autoscaling/v2",
}


class Time(Protocol):
    """Lets time pass."""

    def until(self, ask: Callable[[], Any], what: str, within_s: float) -> Any:
        """Returns the first true answer."""

    def quiet(self) -> None:
        """Lets whatever is under way come to rest."""


class VirtualTime:
    """The simulation's: seconds cost nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def until(self, ask: Callable[[], Any], what: str, within_s: float) -> Any:
        deadline = self._clock.now + timedelta(seconds=within_s)
        while not (answer := ask()):
            assert self._clock.now < deadline, f"waited {within_s:g} virtual seconds for {what}"
            self._clock.run_until(self._clock.now + timedelta(seconds=1))
        return answer

    def quiet(self) -> None:
        self._clock.run_until(self._clock.now + timedelta(seconds=60))


class RealTime:
    """The real one's."""

    def until(self, ask: Callable[[], Any], what: str, within_s: float) -> Any:
        return waiting.until(ask, what=what, within_s=within_s)

    def quiet(self) -> None:
        # What must not happen would have happened by then: the controllers act within tenths of a second.
        seen = iter(range(30))
        waiting.until(lambda: next(seen) == 29, what="nothing", within_s=60)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    code: int
    body: dict[str, Any]
    warnings: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        return str(self.body.get("message", ""))

    @property
    def reason(self) -> str:
        return str(self.body.get("reason", ""))

    @property
    def causes(self) -> list[dict[str, str]]:
        return list((self.body.get("details") or {}).get("causes") or ())


def _parsed(data: bytes) -> dict[str, Any]:
    """A JSON object; plain words become its message."""
    try:
        found = json.loads(data)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"message": data.decode(errors="replace")}


@dataclass
class Subject:
    """One cluster.

    Attributes:
        kind: `simulation` or `kube-apiserver`.
        namespace: The test's own.
        time: Lets time pass.
    """

    kind: str
    server: str
    token: str
    authority: Path | None
    namespace: str
    time: Time
    _joined: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = client.Configuration()
        settings.host = self.server
        settings.ssl_ca_cert = None if self.authority is None else str(self.authority)
        settings.api_key = {"BearerToken": f"Bearer {self.token}"} if self.token else {}
        self.api: Any = client.ApiClient(settings)

    def at(self, resource: str, name: str = "", part: str = "") -> str:
        """Returns the path of an object in the test's namespace, of a collection, or of a part."""
        version = _GROUPS.get(resource, "v1")
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        where = "" if resource in ("nodes", "namespaces") else f"/namespaces/{self.namespace}"
        return "/".join(filter(None, [f"{root}{where}/{resource}", name, part]))

    def send(
        self, method: str, path: str, body: Any = None, kind: str = "application/json", **query: Any
    ) -> Answer:
        """One request; an error is an answer like any other."""
        query = {key: value for key, value in query.items() if value is not None}
        url = f"{self.server}{path}{'?' + urlencode(query) if query else ''}"
        headers = {"Content-Type": kind, "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body)
        pool = self.api.rest_client.pool_manager
        found = pool.request(method, url, body=data, headers=headers, retries=False)
        return Answer(found.status, _parsed(found.data), tuple(found.headers.getlist("Warning")))

    def done(self, answer: Answer) -> dict[str, Any]:
        """Returns the body of an answer that must be a success."""
        assert answer.code < 300, answer.body
        return answer.body

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self.done(self.send("GET", path, **query))

    def items(self, resource: str, **query: Any) -> list[dict[str, Any]]:
        return list(self.get(self.at(resource), **query)["items"])

    def post(self, path: str, body: Any, **query: Any) -> dict[str, Any]:
        return self.done(self.send("POST", path, body, **query))

    def make(self, resource: str, body: Any) -> dict[str, Any]:
        return self.post(self.at(resource), body)

    def patch(self, path: str, body: Any, kind: str = MERGE, **query: Any) -> dict[str, Any]:
        return self.done(self.send("PATCH", path, body, kind, **query))

    def apply(self, resource: str, body: Any, manager: str = "me", **query: Any) -> Answer:
        path = self.at(resource, body["metadata"]["name"])
        return self.send("PATCH", path, body, APPLY, fieldManager=manager, **query)

    def delete(self, path: str, body: Any = None) -> Answer:
        return self.send("DELETE", path, body)

    def exists(self, path: str) -> bool:
        return self.send("GET", path).code == 200

    def until(self, ask: Callable[[], Any], what: str, within_s: float = 60) -> Any:
        return self.time.until(ask, what, within_s)

    def add_node(self, zone: str = "ap-northeast-1a") -> str:
        """A node of the test's own joins, labelled with its namespace, and is ready."""
        node = nodes.node(zone)
        name = f"{self.namespace}-node-{len(self._joined) + 1}"
        node["metadata"]["name"] = name
        node["metadata"]["labels"] |= {"toban.dev/test": self.namespace, "kubernetes.io/hostname": name}
        # Nothing of another test may come here.
        node["spec"]["taints"] = [{"key": "toban.dev/test", "value": self.namespace, "effect": "NoSchedule"}]
        self._joined.append(name)
        self.post("/api/v1/nodes", node)
        self.until(lambda: self.condition(f"/api/v1/nodes/{name}", "Ready") == "True", f"{name} to be ready")
        return name

    def condition(self, path: str, kind: str, field: str = "status") -> str:
        found = self.get(path).get("status", {}).get("conditions") or []
        return next((str(entry.get(field, "")) for entry in found if entry["type"] == kind), "")

    def pod_spec(self, **spec: Any) -> dict[str, Any]:
        """A pod that runs on the test's own nodes and nowhere else."""
        container = {"name": "main", "image": "example/app@sha256:" + "0" * 64}
        toleration = {"key": "toban.dev/test", "value": self.namespace, "effect": "NoSchedule"}
        return {
            "containers": [container],
            "nodeSelector": {"toban.dev/test": self.namespace},
            "tolerations": [toleration],
            "terminationGracePeriodSeconds": 1,
            **spec,
        }

    def deployment(self, name: str = "web", replicas: int = 3, **spec: Any) -> dict[str, Any]:
        labels = {"app": name}
        template = {"metadata": {"labels": labels}, "spec": self.pod_spec()}
        body = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}

    def run(self, name: str = "web", replicas: int = 3, **spec: Any) -> None:
        """Deploys, and waits until every replica is available."""
        self.make("deployments", self.deployment(name, replicas, **spec))
        self.until_ready(name, replicas)

    def until_ready(self, name: str, replicas: int) -> None:
        def ready() -> bool:
            status = self.get(self.at("deployments", name)).get("status", {})
            return int(status.get("availableReplicas", 0)) == replicas == int(status.get("replicas", 0))

        self.until(ready, f"{replicas} pods of {name}")

    def pods(self, name: str = "web") -> list[dict[str, Any]]:
        """Returns the pods of a workload that are not ending."""
        found = self.items("pods", labelSelector=f"app={name}")
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]

    def leave(self) -> None:
        """Takes the test's nodes and namespace away, and waits for neither."""
        for name in self._joined:
            self.delete(f"/api/v1/nodes/{name}")
        self.delete(f"/api/v1/namespaces/{self.namespace}")
