"""What the server makes of a sparse object: its defaults, kept in `samples/kept.json` as a real one answered.

`TOBAN_KEEP_SAMPLES=1` writes the file anew from a real API server; review the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.contracts.cluster.subject import Subject

SAMPLES = Path(__file__).parent / "samples"
SENT = {obj["kind"]: obj for obj in yaml.safe_load_all((SAMPLES / "sent.yaml").read_text())}
KEPT = SAMPLES / "kept.json"
PLURALS = {
    "Ingress": "ingresses",
    "NetworkPolicy": "networkpolicies",
    "HorizontalPodAutoscaler": "horizontalpodautoscalers",
}
OWN = ("uid", "resourceVersion", "creationTimestamp", "managedFields", "namespace", "selfLink")


def _path(cluster: Subject, kind: str) -> str:
    version = SENT[kind]["apiVersion"]
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    return f"{root}/namespaces/{cluster.namespace}/{PLURALS.get(kind, kind.lower() + 's')}"


def _made(cluster: Subject, kind: str) -> Any:
    """Returns the answer, with what is every object's own taken out."""
    if kind == "Pod":
        account = f"/api/v1/namespaces/{cluster.namespace}/serviceaccounts/default"
        cluster.until(lambda: cluster.exists(account), "the service account")
    answer = cluster.post(_path(cluster, kind), SENT[kind], dryRun="All")
    uid = answer["metadata"]["uid"]
    for field in OWN:
        answer["metadata"].pop(field, None)
    return json.loads(json.dumps(answer).replace(uid, "UID"))


@pytest.mark.parametrize("kind", SENT)
def test_a_sparse_object_is_completed_as_a_real_server_does(cluster: Subject, kind: str) -> None:
    made = _made(cluster, kind)
    if cluster.kind == "kube-apiserver" and os.environ.get("TOBAN_KEEP_SAMPLES"):
        kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        KEPT.write_text(json.dumps({**kept, kind: made}, indent=1, sort_keys=True) + "\n")
    assert made == json.loads(KEPT.read_text())[kind]
