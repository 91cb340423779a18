"""What a workload shows of itself once it runs: the same fields as under real controllers.

`samples/shown.json` holds the paths of the fields, as a real cluster showed them; `TOBAN_KEEP_SAMPLES=1`
writes it anew from one; review the difference. Values that have to differ (names, times, uids) are not
compared, so a path alone is kept.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.cluster.subject import Subject

SHOWN = Path(__file__).parent / "samples" / "shown.json"
UNCOMPARED = (
    # The simulation writes who owns a field without parents of their own, and when, nowhere.
    ".metadata.managedFields",
    # It mounts no token, because nobody runs who could use it.
    ".spec.volumes",
    ".spec.containers[].volumeMounts",
    # It has no network.
    ".status.hostIP",
    ".status.podIP",
    ".status.podIPs",
    ".status.hostIPs",
    # Whether a condition carries a reason and a message is up to whoever plays the kubelet.
    ".status.conditions[].reason",
    ".status.conditions[].message",
    ".status.conditions[].observedGeneration",
    ".status.conditions[].lastProbeTime",
    ".status.observedGeneration",
)


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if path.startswith(UNCOMPARED):
        return
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _paths(item, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for item in value:
            yield from _paths(item, f"{path}[]")
    else:
        yield path


def _labels(cluster: Subject, name: str) -> dict[str, Any]:
    labels = {"app": name}
    return {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": cluster.pod_spec()},
    }


def _lived(cluster: Subject) -> dict[str, dict[str, Any]]:
    """A little of everything, until it has come to rest."""
    cluster.add_node()
    cluster.until(lambda: cluster.exists(cluster.at("serviceaccounts", "default")), "the service account")
    cluster.run("web", 2)
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    cluster.make("poddisruptionbudgets", {"metadata": {"name": "web"}, "spec": budget})
    job = {"template": {"spec": cluster.pod_spec(restartPolicy="Never")}}
    cluster.make("jobs", {"metadata": {"name": "job"}, "spec": job})
    cluster.make("daemonsets", {"metadata": {"name": "agent"}, "spec": _labels(cluster, "agent")})
    store = {"serviceName": "store", **_labels(cluster, "store")}
    cluster.make("statefulsets", {"metadata": {"name": "store"}, "spec": store})
    agent, store_path = cluster.at("daemonsets", "agent"), cluster.at("statefulsets", "store")
    cluster.until(lambda: cluster.condition(cluster.at("jobs", "job"), "Complete") == "True", "the job")
    cluster.until(lambda: cluster.get(agent)["status"].get("numberAvailable") == 1, "the daemon")
    cluster.until(lambda: cluster.get(store_path)["status"].get("updatedReplicas") == 1, "the store")
    cluster.time.quiet()
    return {
        "Deployment": cluster.get(cluster.at("deployments", "web")),
        "ReplicaSet": cluster.items("replicasets")[0],
        "Pod of a Deployment": cluster.pods("web")[0],
        "PodDisruptionBudget": cluster.get(cluster.at("poddisruptionbudgets", "web")),
        "Job": cluster.get(cluster.at("jobs", "job")),
        "DaemonSet": cluster.get(agent),
        "Pod of a DaemonSet": cluster.pods("agent")[0],
        "StatefulSet": cluster.get(store_path),
        "Pod of a StatefulSet": cluster.pods("store")[0],
    }


def test_a_running_workload_shows_the_fields_that_a_real_one_shows(cluster: Subject) -> None:
    shown = {kind: sorted(set(_paths(obj))) for kind, obj in _lived(cluster).items()}
    if cluster.kind == "kube-apiserver" and os.environ.get("TOBAN_KEEP_SAMPLES"):
        SHOWN.write_text(json.dumps(shown, indent=1) + "\n")
    assert shown == json.loads(SHOWN.read_text())
