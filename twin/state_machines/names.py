"""The names of executions, by an index: moto looks through all earlier ones and copies the machine for each new one.

Both take longer with each execution, and a fleet's night has tens of thousands.
"""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from twin.patches import Patches

__all__ = ["patch"]


def patch(patches: Patches) -> None:
    """Will let moto ask its question, whether a name was used, of the one execution that could have it."""
    already_started: Any = moto.StateMachine._handle_name_input_idempotency
    known: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()

    def of_that_name(machine: Any, name: str, execution_input: str) -> Any:
        named = known.setdefault(machine, {})
        for execution in machine.executions[len(named) :]:
            named[execution.name] = execution
        found = SimpleNamespace(executions=[named[name]] if name in named else [])
        return already_started(found, name, execution_input)

    patches.set(moto.StateMachine, "_handle_name_input_idempotency", of_that_name)
    patches.set(moto.models, "copy", SimpleNamespace(deepcopy=_as_it_is_now))


def _as_it_is_now(machine: Any, _shared: Any) -> Any:
    """Will copy a machine for an execution; an update gives the machine other values and changes none in place."""
    clone = copy.copy(machine)
    clone.executions = []
    return clone
