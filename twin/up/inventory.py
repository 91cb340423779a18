"""Tells what is inside an environment: node groups, nodes, pods and workloads, in plain values."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from functions.core.names import NODEGROUP_LABEL
from twin.cluster.shapes import is_terminating, is_true, labels_of, name_of, namespace_of
from twin.world.environment import WORKLOADS

if TYPE_CHECKING:
    from twin.cluster.shapes import Object
    from twin.world.environment import Environment

ZONE_LABEL = "topology.kubernetes.io/zone"


def inventory_of(environment: Environment) -> dict[str, Any]:
    """Lists node groups with their sizes, nodes with their pods, pods without a node, and workloads."""
    cluster = environment.cluster
    pods: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for pod in cluster.objects.listing("pods"):
        pods[pod["spec"].get("nodeName", "")].append(_pod(pod))
    nodes = [
        {
            "name": name_of(node),
            "nodegroup": labels_of(node).get(NODEGROUP_LABEL, ""),
            "zone": labels_of(node).get(ZONE_LABEL, ""),
            "ready": is_true(node, "Ready"),
            "cordoned": bool(node["spec"].get("unschedulable")),
            "pods": pods.get(name_of(node), []),
        }
        for node in cluster.nodes()
    ]
    groups = [
        {
            "name": group.name,
            "min": group.sizes[0],
            "desired": group.sizes[1],
            "max": group.sizes[2],
            "status": group.status,
            "joining": [instance.node for instance in group.alive() if instance.joins is not None],
        }
        for group in environment.groups
    ]
    return {
        "nodegroups": groups,
        "nodes": nodes,
        "unplaced_pods": pods.get("", []),
        "workloads": [_workload(obj) for resource in WORKLOADS for obj in cluster.objects.listing(resource)],
    }


def _pod(pod: Object) -> dict[str, Any]:
    return {
        "name": f"{namespace_of(pod)}/{name_of(pod)}",
        "ready": is_true(pod, "Ready"),
        "ending": is_terminating(pod),
    }


def _workload(obj: Object) -> dict[str, Any]:
    return {
        "name": f"{namespace_of(obj)}/{name_of(obj)}",
        "kind": obj["kind"],
        "wanted": int(obj["spec"].get("replicas", 1)),
        "ready": int(obj.get("status", {}).get("readyReplicas", 0)),
    }
