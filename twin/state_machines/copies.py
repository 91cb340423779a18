"""Cheaper steps for moto's interpreter, which copies every input, output and event by `copy.deepcopy`.

Nearly all of them are plain JSON, for which no memory of shared parts is needed.
"""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from twin.json_copies import clone
from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from twin.patches import Patches


def patch(patches: Patches) -> None:
    """Lets moto's interpreter copy by `clone`, and look at a program's state without a copy to its depth."""
    quick = SimpleNamespace(deepcopy=clone)
    for module in moto.COPIERS:
        patches.set(module, "copy", quick)

    def program_state(env: Any) -> Any:
        # Who asks reads its kind and its error; nobody changes it.
        return copy.copy(env._program_state)

    patches.set(moto.environment.Environment, "program_state", program_state)
    patches.set(moto.EvalComponent, "eval", _evaluate)
    patches.set(moto.state.CommonStateField, "_get_state_entered_event_details", _entered)
    patches.set(moto.state.CommonStateField, "_get_state_exited_event_details", _exited)


def _evaluate(component: Any, env: Any) -> None:
    # moto prepares a line of a log at each step, and the tree as text at each failure; nobody reads them.
    if env.is_running():
        field = component._field_name()
        if field is not None:
            env._program_state.next_field_name = field
        component._eval_body(env)


def _entered(state: Any, env: Any) -> dict[str, Any]:
    return {"name": state.name, "input": _as_text(env), "inputDetails": {"truncated": False}}


def _exited(state: Any, env: Any) -> dict[str, Any]:
    assigned = env.variable_store.get_assigned_variables()
    env.variable_store.reset_tracing()
    told = {"name": state.name, "output": _as_text(env), "outputDetails": {"truncated": False}}
    if not assigned:
        return told
    return {**told, "assignedVariables": assigned, "assignedVariablesDetails": {"truncated": False}}


def _as_text(env: Any) -> str:
    text: str = moto.to_json_str(env.states._states_data["input"], separators=(",", ":"))
    return text
