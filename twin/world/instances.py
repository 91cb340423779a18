"""The instances of a node group: what each is, in which zone the next is launched, and which goes first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.cluster.machines import Machine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from twin.timers import Timer


@dataclass(slots=True)
class Instance:
    """One instance of a group. `joins` is its coming to be a node; None once it is one."""

    machine: Machine
    launched: datetime
    ending: bool = False
    joins: Timer | None = None

    @property
    def id(self) -> str:
        """EC2's name for it."""
        return self.machine.instance_id

    @property
    def node(self) -> str:
        """Kubernetes' name for it."""
        return self.machine.name


def emptiest_zone(zones: tuple[str, ...], instances: Iterable[Instance]) -> str:
    """Returns the zone with the fewest instances, of equals the first by name: groups balance their zones."""
    crowd = Counter(instance.machine.zone for instance in instances)
    return min(zones, key=lambda zone: (crowd[zone], zone))


def first_to_end(instances: list[Instance]) -> Instance:
    """Chooses as the Auto Scaling group does by default: the oldest instance of the fullest zone."""
    crowd = Counter(instance.machine.zone for instance in instances)
    return min(
        instances, key=lambda instance: (-crowd[instance.machine.zone], instance.launched, instance.id)
    )


def machine_of(
    number: int, *, zone: str, subnet: int, nodegroup: str, instance_type: str, labels: dict[str, str]
) -> Machine:
    """Returns the machine with a number, unique in the account, in the numbered subnet of its node group."""
    address = f"10-0-{11 + subnet}-{number % 250 + 4}"
    return Machine(
        name=f"ip-{address}.{zone[:-1]}.compute.internal",
        zone=zone,
        nodegroup=nodegroup,
        instance_id=f"i-{number:017x}",
        instance_type=instance_type,
        labels=labels,
    )
