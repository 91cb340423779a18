"""The names of executions, by an index: moto looks through all earlier ones for each new one.

That takes longer with each execution, and a fleet's night has tens of thousands.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from twin.patches import Patches


def patch(patches: Patches) -> None:
    """Lets moto ask its question, whether a name was used, of the one execution that could have it."""
    already_started: Any = moto.StateMachine._handle_name_input_idempotency
    known: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()

    def of_that_name(machine: Any, name: str, execution_input: str) -> Any:
        named = known.setdefault(machine, {})
        for execution in machine.executions[len(named) :]:
            named[execution.name] = execution
        found = SimpleNamespace(executions=[named[name]] if name in named else [])
        return already_started(found, name, execution_input)

    patches.set(moto.StateMachine, "_handle_name_input_idempotency", of_that_name)
