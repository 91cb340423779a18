"""EKS managed node groups and their Auto Scaling groups: sizes are asked for, nodes follow in their own time.

A size is what EKS was told; instances are launched and ended until their number fits it. A launch becomes a
Ready node of the simulated cluster after a node's usual time, unless the scenario takes the capacity away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.world.durations import EKS_DRAIN_S
from twin.world.instances import Instance, emptiest_zone, first_to_end, machine_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.clock import Clock
    from twin.cluster.simulation import SimulatedCluster
    from twin.timeline import Listener
    from twin.world.durations import Durations


@dataclass(eq=False)
class NodeGroup:
    """One managed node group.

    Args:
        environment: Whose it is, for the record.
        cluster_name: EKS's name of the cluster.
        name: EKS's name of the group.
        sizes: Min, desired and max, in nodes.
        instance_type: EC2 type of its nodes.
        zones: Where its subnets lie.
        clock: Its time.
        durations: How long launches and ends take.
        cluster: Where its nodes appear.
        listener: Is told what happens: kind, subject, what, why.
        numbered: Returns the number of the next instance, unique in the account.
        capacity_type: EKS's word for how its nodes are paid, `ON_DEMAND` or `SPOT`.
        other_types: Further EC2 types that EKS may take; the twin always gives the first.
        labels: Labels of its nodes.
        given: What else it was created with, as EKS tells it again.
    """

    environment: str
    cluster_name: str
    name: str
    sizes: tuple[int, int, int]
    instance_type: str
    zones: tuple[str, ...]
    clock: Clock
    durations: Durations
    cluster: SimulatedCluster
    listener: Listener
    numbered: Callable[[], int]
    capacity_type: str = "ON_DEMAND"
    other_types: tuple[str, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    status: str = "ACTIVE"
    capacity: bool = True
    instances: dict[str, Instance] = field(default_factory=dict)
    closed_zones: set[str] = field(default_factory=set)
    _waits: bool = False

    @property
    def subject(self) -> str:
        """What the record calls it."""
        return f"{self.environment}/{self.name}"

    @property
    def autoscaling_group(self) -> str:
        """The name that EKS gives to the group behind it."""
        return f"eks-{self.name}-{self.cluster_name}"

    def fill(self) -> None:
        """Gives the group its nodes at once, as a world finds them that begins in the middle of a day."""
        for _ in range(self.sizes[1]):
            self.cluster.add_node(self._launch().machine)

    def join_later(self) -> None:
        """Lets the new group come to be, and then its nodes, each in its usual time."""
        self.status = "CREATING"
        seconds = self.durations.nodegroup_updates.draw(self.durations.chance)
        self.clock.call_later(seconds, self._updated, name=f"creation of {self.subject}")

    def resize(self, sizes: tuple[int, int, int]) -> None:
        """Takes other sizes; instances follow when the update is over."""
        before, self.sizes, self.status = self.sizes, sizes, "UPDATING"
        self.listener("nodegroup", self.subject, f"min/desired/max {_sizes(before)} → {_sizes(sizes)}", "")
        seconds = self.durations.nodegroup_updates.draw(self.durations.chance)
        self.clock.call_later(seconds, self._updated, name=f"update of {self.subject}")

    def end(self) -> None:
        """Ends every instance: the group is deleted."""
        self.sizes, self.status = (0, 0, self.sizes[2]), "DELETING"
        for instance in self.alive():
            self._end(instance)

    def terminate(self, instance: str, *, decrement: bool) -> None:
        """Ends one instance at once; with `decrement` the group asks for one node fewer."""
        lowest, desired, most = self.sizes
        if decrement:
            self.sizes = (lowest, desired - 1, most)
        self._end(self.instances[instance])
        self._balance()

    def give_capacity(self, *, there: bool) -> None:
        """Says whether EC2 has instances of this type to give; without, launches wait."""
        self.capacity = there
        self._balance()

    def close_zone(self, zone: str, *, closed: bool = True) -> None:
        """Takes a zone's capacity away, so that launches go to the others, or gives it back."""
        (self.closed_zones.add if closed else self.closed_zones.discard)(zone)
        self._balance()

    def alive(self) -> list[Instance]:
        """Lists the instances that are not being ended, the oldest first."""
        return [instance for instance in self.instances.values() if not instance.ending]

    def _updated(self) -> None:
        if self.status != "DELETING":
            self.status = "ACTIVE"
        self._balance()

    def _balance(self) -> None:
        """Launches or ends instances until their number is the desired one."""
        if self.status != "ACTIVE":
            return
        missing = self.sizes[1] - len(self.alive())
        if missing > 0 and (not self.capacity or self.closed_zones >= set(self.zones)):
            if not self._waits:
                why = f"EC2 has no {self.instance_type} to give in {', '.join(self.zones)}"
                self.listener("nodegroup", self.subject, f"launch of {missing} failed", why)
            self._waits = True
            return
        self._waits = False
        for _ in range(missing):
            self._launch_later()
        for _ in range(-missing):
            self._scale_in(first_to_end(self.alive()))

    def _launch_later(self) -> None:
        instance = self._launch()
        self.listener("node", f"{self.environment}/{instance.node}", "launched", instance.machine.zone)
        seconds = self.durations.node_joins.draw(self.durations.chance)
        instance.joins = self.clock.call_later(
            seconds, lambda: self._join(instance), name=f"join of {instance.id}"
        )

    def _launch(self) -> Instance:
        zone = emptiest_zone(tuple(set(self.zones) - self.closed_zones), self.alive())
        machine = machine_of(
            self.numbered(),
            zone=zone,
            subnet=self.zones.index(zone),
            nodegroup=self.name,
            instance_type=self.instance_type,
            labels={"eks.amazonaws.com/capacityType": self.capacity_type, **self.labels},
        )
        instance = self.instances[machine.instance_id] = Instance(machine, self.clock.now)
        return instance

    def _join(self, instance: Instance) -> None:
        instance.joins = None
        self.cluster.add_node(instance.machine)
        self.listener("node", f"{self.environment}/{instance.node}", "Ready", "")

    def _scale_in(self, instance: Instance) -> None:
        """Closes the node to new pods, and ends it when EKS's patience is over.

        EKS would evict pods as their budgets allow and end the node once it is empty; here they stay.
        """
        if instance.joins is not None:
            self._end(instance)
            return
        instance.ending = True
        node = f"{self.environment}/{instance.node}"
        self.listener("node", node, "drained by EKS", "the group's desired size was lowered")
        self.cluster.cordon(instance.node)
        self.clock.call_later(EKS_DRAIN_S, lambda: self._end(instance), name=f"end of {instance.id}")

    def _end(self, instance: Instance) -> None:
        instance.ending = True
        self.listener("node", f"{self.environment}/{instance.node}", "ended", "")
        seconds = self.durations.node_ends.draw(self.durations.chance)
        if instance.joins is not None:
            instance.joins.cancel()
        else:
            self.cluster.terminate_node(instance.node, gone_after_s=seconds)
        self.clock.call_later(seconds, lambda: self._forget(instance), name=f"end of {instance.id}")

    def _forget(self, instance: Instance) -> None:
        del self.instances[instance.id]


def _sizes(sizes: tuple[int, int, int]) -> str:
    return "/".join(map(str, sizes))
