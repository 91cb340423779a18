"""Step Functions in the twin: moto's interpreter, on virtual time, with what it lacks.

moto must run with the configuration `{"stepfunctions": {"execute_state_machine": True}}`.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.patches import Patches
from twin.state_machines import (
    bare_batch,  # noqa: F401 - the interpreter's first import must be this one's
    choices,
    copies,
    definition,
    integrations,
    intrinsics,
    jsonata_queries,
    limits,
    maps,
    matching,
    query_languages,
    reading,
    states,
    virtual_time,
)
from twin.state_machines.definition import unsupported_features
from twin.state_machines.executions import Executions
from twin.state_machines.history import ExecutionEvent

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from twin.clock import Clock

__all__ = ["ExecutionEvent", "StateMachines", "install", "unsupported_features"]


@dataclass(frozen=True)
class StateMachines:
    """The installed interpreter."""

    executions: Executions
    _patches: Patches

    def listen(self, listener: Callable[[ExecutionEvent], None]) -> None:
        """Tells `listener` of each event of each execution's history, as it happens."""
        self.executions.listeners.append(listener)

    def close(self) -> None:
        """Gives moto its own interpreter back."""
        self._patches.close()


def install(clock: Clock, numbers: Random) -> StateMachines:
    """Patches moto's interpreter to run on `clock`.

    Args:
        clock: Where executions run as tasks.
        numbers: The source of jitter and of `States.MathRandom`; seeded, so that runs repeat.
    """
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)  # failures are in the history
    patches = Patches()
    executions = Executions(clock, numbers)
    with ExitStack() as undoing:  # a part that fails leaves nothing patched
        undoing.callback(patches.close)
        virtual_time.patch(patches, clock)
        executions.patch(patches)
        definition.patch(patches)
        states.patch(patches, clock, executions)
        choices.patch(patches)
        copies.patch(patches)
        query_languages.patch(patches, numbers)
        reading.patch(patches)
        jsonata_queries.patch(patches, numbers)
        intrinsics.patch(patches, numbers)
        matching.patch(patches)
        maps.patch(patches)
        limits.patch(patches)
        integrations.patch(patches)
        undoing.pop_all()
    return StateMachines(executions, patches)
