"""What the attacks on the cluster share: whose rights they have, what they send, and what came of it."""

from typing import Any, NamedTuple

from tests.cluster.conftest import Environment
from toban.cluster_bed.client import JSON_PATCH, MERGE, Cluster, ClusterRefusalError

APP = "/api/v1/namespaces/app-production"
APPS = "/apis/apps/v1/namespaces/app-production"
NOBODY = {"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": "00000000-0000-0000-0000-000000000000"}
"""An owner that does not exist: the garbage collector deletes what it owns."""


class Attack(NamedTuple):
    """One request.

    Attributes:
        name: What it is after, as the test's name says it.
        method: HTTP's verb.
        path: From the root.
        body: Sent as JSON.
        kind: The body's media type.
    """

    name: str
    method: str
    path: str
    body: Any = None
    kind: str = MERGE


def patch(name: str, path: str, body: Any) -> Attack:
    """Returns an attack by a merge patch, or by a JSON patch where the body is a list."""
    return Attack(name, "PATCH", path, body, JSON_PATCH if isinstance(body, list) else MERGE)


def post(name: str, path: str, body: Any) -> Attack:
    """Returns an attack that makes something."""
    return Attack(name, "POST", path, body, "application/json")


def outcome(acting: Cluster, attack: Attack) -> str:
    """Returns `admitted`, or the API's word for its refusal; nothing is kept of what is admitted."""
    try:
        acting.call(attack.method, attack.path, attack.body, kind=attack.kind, **_dry(attack))
    except ClusterRefusalError as refusal:
        return f"{refusal.status} {refusal.reason}"
    return "admitted"


def _dry(attack: Attack) -> dict[str, str]:
    return {} if attack.method == "GET" else {"dryRun": "All"}


def first(prod: Environment, path: str) -> str:
    """Returns the name of the first object of a list."""
    return str(prod.cluster.items(path)[0]["metadata"]["name"])


def steal(spec: dict[str, Any]) -> dict[str, Any]:
    """Returns a pod's spec that prints a Secret of the application."""
    taken = {"name": "loot", "secret": {"secretName": "api-service"}}
    container = {
        **spec["containers"][0],
        "command": ["cat", "/loot/JWT_KEYS"],
        "volumeMounts": [{"name": "loot", "mountPath": "/loot"}],
    }
    return {**spec, "containers": [container], "volumes": [*spec.get("volumes", ()), taken]}
