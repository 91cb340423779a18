"""The bed's three nodes: what the design's EKS node group looks like from inside, a node in each zone."""

from __future__ import annotations

import hashlib

from toban.cluster_bed.client import Cluster, ClusterRefusalError, Object

ZONES = {"ap-northeast-1a": "10.0.11.10", "ap-northeast-1c": "10.0.12.10", "ap-northeast-1d": "10.0.13.10"}
"""Each zone and the address of its node, inside the private subnet that the seed gives the zone."""

_T3_MEDIUM = {"cpu": "2", "memory": "3943000Ki", "pods": "17", "ephemeral-storage": "20Gi"}
_ALLOCATABLE = {"cpu": "1930m", "memory": "3388000Ki", "pods": "17", "ephemeral-storage": "18Gi"}
"""What EKS leaves to pods on a t3.medium: 70m of CPU reserved; 17 pods, one for each address of its cards."""


def node(zone: str, *, number: int = 0) -> Object:
    """Returns the node of `zone`; `number` makes a further one with the next address.

    Its labels are those by which the control plane and the scheduler know an EKS node.
    """
    address = ZONES[zone].rsplit(".", 1)[0] + f".{10 + number}"
    name = f"ip-{address.replace('.', '-')}.ap-northeast-1.compute.internal"
    labels = {
        "eks.amazonaws.com/nodegroup": "primary",
        "eks.amazonaws.com/capacityType": "ON_DEMAND",
        "node.kubernetes.io/instance-type": "t3.medium",
        "topology.kubernetes.io/region": "ap-northeast-1",
        "topology.kubernetes.io/zone": zone,
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
    }
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"providerID": f"aws:///{zone}/{instance_of(name)}"},
        "status": {
            "capacity": _T3_MEDIUM,
            "allocatable": _ALLOCATABLE,
            "addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}],
        },
    }


def instance_of(name: str) -> str:
    """Returns the EC2 instance's id that a node of this name has: one of its own, the same on every run."""
    return f"i-{hashlib.sha256(name.encode()).hexdigest()[:17]}"


def join(cluster: Cluster, *, number: int = 0) -> list[str]:
    """Creates one node in each zone and returns their names; those that exist are left as they are."""
    names = []
    for zone in ZONES:
        fresh = node(zone, number=number)
        name = fresh["metadata"]["name"]
        try:
            cluster.call("POST", "/api/v1/nodes", fresh)
        except ClusterRefusalError as refusal:
            if refusal.reason != "AlreadyExists":
                raise
        names.append(name)
    return names


def ready(cluster: Cluster) -> bool:
    """Tells whether every node says of itself that it is Ready."""
    nodes = cluster.items("/api/v1/nodes")
    return bool(nodes) and all(_says_ready(thing) for thing in nodes)


def _says_ready(thing: Object) -> bool:
    conditions = {c["type"]: c["status"] for c in thing["status"].get("conditions", ())}
    return conditions.get("Ready") == "True"
