"""Faults of the machines: no instances to give, a silent node, a lost zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.shapes import is_true, labels_of, name_of
from twin.rehearsal.undoing import Undo, in_turn

if TYPE_CHECKING:
    from twin.world import World
    from twin.world.environment import Environment

ZONE_LABEL = "topology.kubernetes.io/zone"


def give_no_capacity(_world: World, environment: Environment, of: str) -> Undo:
    """Takes EC2's capacity away from one node group, or from all.

    Raises:
        LookupError: There is no such group.
    """
    groups = [group for group in environment.groups if of in ("", group.name)]
    if not groups:
        raise LookupError(f"{environment.name} has no node group {of!r}.")
    for group in groups:
        group.give_capacity(there=False)

    def undo() -> None:
        for group in groups:
            group.give_capacity(there=True)

    return undo


def kill_node(_world: World, environment: Environment, of: str) -> Undo:
    """Lets one node's kubelet fall silent: the first that is Ready, or the one that is named.

    Raises:
        LookupError: There is no such node.
    """
    ready = [name_of(node) for node in environment.cluster.nodes() if is_true(node, "Ready")]
    name = of or next(iter(ready), "")
    if name not in ready:
        raise LookupError(f"{environment.name} has no Ready node {of!r}.")
    environment.cluster.silence(name)
    return lambda: environment.cluster.silence(name, silent=False)


def lose_zone(_world: World, environment: Environment, of: str) -> Undo:
    """Lets a zone's nodes fall silent, and takes its capacity away.

    Raises:
        LookupError: The environment has no node in such a zone.
    """
    zones = sorted({zone for group in environment.groups for zone in group.zones})
    zone = of or next(iter(zones), "")
    if zone not in zones:
        raise LookupError(f"{environment.name} has no zone {of!r}; it has {', '.join(zones)}.")
    for group in environment.groups:
        group.close_zone(zone)

    def reopen() -> None:
        for group in environment.groups:
            group.close_zone(zone, closed=False)

    dead = [name_of(node) for node in environment.cluster.nodes() if labels_of(node).get(ZONE_LABEL) == zone]
    return in_turn(reopen, *(kill_node(_world, environment, name) for name in dead))
