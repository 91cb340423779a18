"""Faults of the load: people, slow stores, full pools, and programs that take the nodes for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.rehearsal.workload import API, NAMESPACE

if TYPE_CHECKING:
    from twin.rehearsal.undoing import Undo
    from twin.world import World
    from twin.world.environment import Environment

RUSH = 60.0
"""Times the usual people: by day more than the autoscaler's most pods answer."""
SLOWNESS = 20.0
HELD = 70
"""Connections: with those of the pools nearly all that the database takes."""
FULL_PERCENT = 92.0
NODE_SHARE = 0.9


def rush(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets far more people ask than usual; the autoscaler is told what that costs, and goes to its limit."""
    cluster, strain = environment.cluster, environment.strain
    strain.people = RUSH
    cores = load.cpu_cores(load.BUSY_RPS * RUSH / 10, 1)
    cluster.set_load("Deployment", NAMESPACE, API, cpu=f"{round(cores * 1000)}m")

    def undo() -> None:
        strain.people = 1.0
        cluster.set_load("Deployment", NAMESPACE, API)

    return undo


def slow_store(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets what stands behind the API answer slowly, and so the API."""
    environment.strain.slowness = SLOWNESS
    return lambda: setattr(environment.strain, "slowness", 1.0)


def fill_pool(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets somebody take the database's connections and give none back."""
    environment.strain.connections = HELD
    return lambda: setattr(environment.strain, "connections", 0)


def fill_cache(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets sessions fill the cache."""
    environment.strain.cache_percent = FULL_PERCENT
    return lambda: setattr(environment.strain, "cache_percent", None)


def starve_nodes(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets a program beside the pods take the nodes' processors and memory."""
    environment.strain.node_share = NODE_SHARE
    return lambda: setattr(environment.strain, "node_share", 0.0)
