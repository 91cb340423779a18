"""Faults of AWS itself: calls of the functions that are refused. What a person asks is answered as ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.api_faults import ANY_FUNCTION, Fault, FaultKind

if TYPE_CHECKING:
    from twin.rehearsal.undoing import Undo
    from twin.world import World
    from twin.world.environment import Environment


def throttle(world: World, _environment: Environment, service: str) -> Undo:
    """Lets a service refuse the functions' calls; `eks` unless another is named."""
    return _break(
        world, Fault(FaultKind.THROTTLE, service=service or "eks", function=ANY_FUNCTION, times=None)
    )


def lose_region(world: World, _environment: Environment, _of: str) -> Undo:
    """Lets every call of every function fail, as when the Region is lost."""
    code = "ServiceUnavailable"
    return _break(world, Fault(FaultKind.SERVER_ERROR, function=ANY_FUNCTION, times=None, code=code))


def _break(world: World, fault: Fault) -> Undo:
    world.api_calls.inject(fault)
    return lambda: world.api_calls.lift(fault)
