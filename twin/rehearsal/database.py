"""Faults of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.rehearsal.undoing import Undo
    from twin.world import World
    from twin.world.environment import Environment


def freeze_database(world: World, environment: Environment, of: str) -> Undo:
    """Holds a database in maintenance, in which RDS neither stops nor starts it.

    Raises:
        LookupError: The environment has no such database that is available or stopped.
    """
    databases = world.databases
    held = [
        name for name in databases.of(environment.name) if databases.status(name) in ("available", "stopped")
    ]
    name = of or next(iter(held), "")
    if name not in held:
        raise LookupError(f"{environment.name} has no database {of!r} that is available or stopped.")
    before = databases.hold(name, "maintenance")
    return lambda: databases.release(name, before)
