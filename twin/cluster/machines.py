"""Nodes as EKS makes them: the machines of a managed node group, with their size, labels and conditions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from twin.cluster.shapes import Object

NODEGROUP_LABEL = "eks.amazonaws.com/nodegroup"
"""The label by which EKS says which node group a node belongs to."""

READY_REASONS = {
    "True": ("KubeletReady", "kubelet is posting ready status"),
    "False": ("KubeletNotReady", "node is shutting down"),
    "Unknown": ("NodeStatusUnknown", "Kubelet stopped posting node status."),
}
_PRESSURES = {
    "MemoryPressure": ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
}
_KI_PER_MI = 1024
_VISIBLE_SHARE = 0.94
"""How much of a type's memory its kernel shows: a t3.medium's (3943000Ki of 4 GiB), assumed for all."""
_EVICTION_MI = 100
"""The kubelet's own hard threshold, `memory.available<100Mi`."""


@dataclass(frozen=True, slots=True)
class InstanceType:
    """One EC2 type. `pods` is what its interfaces have addresses for (Amazon VPC CNI, eni-max-pods)."""

    cpus: int
    memory_gib: int
    pods: int

    @property
    def capacity(self) -> Object:
        """What the machine has."""
        return self._amounts(f"{self.cpus}", self._visible_ki, 20)

    @property
    def allocatable(self) -> Object:
        """What EKS leaves to pods: nodeadm reserves CPU by core and `255Mi + 11Mi` for each pod."""
        # 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest.
        reserved_m = 60 + 10 * (self.cpus > 1) + 5 * min(max(self.cpus - 2, 0), 2) + 2 * max(self.cpus - 4, 0)
        reserved_mi = 255 + 11 * self.pods + _EVICTION_MI
        return self._amounts(
            f"{self.cpus * 1000 - reserved_m}m", self._visible_ki - reserved_mi * _KI_PER_MI, 18
        )

    @property
    def _visible_ki(self) -> int:
        return round(round(self.memory_gib * _KI_PER_MI * _KI_PER_MI * _VISIBLE_SHARE) / 1000) * 1000

    def _amounts(self, cpu: str, memory_ki: int, disk_gi: int) -> Object:
        return {
            "cpu": cpu,
            "memory": f"{memory_ki}Ki",
            "pods": str(self.pods),
            "ephemeral-storage": f"{disk_gi}Gi",
        }


TYPES = {
    "t3.small": InstanceType(cpus=2, memory_gib=2, pods=11),
    "t3.medium": InstanceType(cpus=2, memory_gib=4, pods=17),
    "t3.large": InstanceType(cpus=2, memory_gib=8, pods=35),
    "t3.xlarge": InstanceType(cpus=4, memory_gib=16, pods=58),
    "m5.large": InstanceType(cpus=2, memory_gib=8, pods=29),
}


@dataclass(frozen=True, slots=True)
class Machine:
    """One EC2 instance that joins the cluster.

    Attributes:
        name: The node's name, such as `ip-10-0-11-10.ap-northeast-1.compute.internal`.
        zone: Its availability zone.
        nodegroup: The managed node group that owns it.
        instance_id: Such as `i-0123456789abcdef0`.
        instance_type: One of `TYPES`.
        labels: Further labels, those of the node group.
        taints: Those of the node group.
    """

    name: str
    zone: str
    nodegroup: str
    instance_id: str
    instance_type: str = "t3.medium"
    labels: dict[str, str] = field(default_factory=dict)
    taints: tuple[dict[str, str], ...] = ()

    def as_node(self) -> Object:
        """Returns its Node object, with no condition yet.

        Raises:
            KeyError: The twin does not know the instance type.
        """
        if self.instance_type not in TYPES:
            known = ", ".join(sorted(TYPES))
            raise KeyError(f"the twin knows no instance type {self.instance_type!r}; it knows {known}")
        size = TYPES[self.instance_type]
        labels = {
            NODEGROUP_LABEL: self.nodegroup,
            "eks.amazonaws.com/capacityType": "ON_DEMAND",
            "node.kubernetes.io/instance-type": self.instance_type,
            "topology.kubernetes.io/region": self.zone.rstrip("abcdef"),
            "topology.kubernetes.io/zone": self.zone,
            "kubernetes.io/hostname": self.name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            **self.labels,
        }
        spec: Object = {"providerID": f"aws:///{self.zone}/{self.instance_id}"}
        if self.taints:
            spec["taints"] = [dict(taint) for taint in self.taints]
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": self.name, "labels": labels},
            "spec": spec,
            "status": {"capacity": size.capacity, "allocatable": size.allocatable},
        }


def conditions(ready: Literal["True", "False", "Unknown"]) -> list[Object]:
    """Returns what a kubelet says of its node, without the times."""
    pressure = "Unknown" if ready == "Unknown" else "False"
    told = [
        {"type": kind, "status": pressure, "reason": reason, "message": message}
        for kind, (reason, message) in _PRESSURES.items()
    ]
    reason, message = READY_REASONS[ready]
    return [*told, {"type": "Ready", "status": ready, "reason": reason, "message": message}]
