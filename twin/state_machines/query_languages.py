"""What moto's reader and its variables get wrong in either query language, and chance that repeats."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto

if TYPE_CHECKING:
    from random import Random

    from twin.patches import Patches


def patch(patches: Patches, numbers: Random) -> None:
    """Reads texts as JSON has them, tells variables in order, and takes jitter out of `numbers`."""

    def inner_string_of(parser_rule_context: Any) -> str | None:
        # moto takes the quotes off and leaves the escapes.
        text: str = parser_rule_context.getText()
        if text == "null":
            return None
        return str(json.loads(text)) if text.startswith('"') else text

    patches.set(moto.Preprocessor, "_inner_string_of", staticmethod(inner_string_of))
    # Every path of a definition comes back thousands of times, and parsing one takes milliseconds.
    patches.set(moto.json_path, "parse", functools.cache(vars(moto.json_path)["parse"]))

    def assigned(store: Any) -> dict[str, str]:
        # moto reads them out of a set, in an order that changes from process to process.
        return {
            name: json.dumps(store.get(name), separators=(",", ":"))
            for name in sorted(store._declaration_tracing)
        }

    patches.set(moto.variable_store.VariableStore, "get_assigned_variables", assigned)

    _patch_assign(patches)

    class Seeded:
        """What stands in for the module `random`."""

        uniform = staticmethod(numbers.uniform)

    patches.set(moto.jitter, "random", Seeded)


def _patch_assign(patches: Patches) -> None:
    def prepare(declaration: Any, env: Any) -> None:
        values: dict[str, Any] = {}
        for binding in declaration.declaration_bindings:
            binding.eval(env=env)
            values.update(env.stack.pop())
        env.heap["assign"] = {**env.heap.get("assign", {}), **values}

    told = moto.state.CommonStateField._get_state_exited_event_details

    def assign_and_tell(state: Any, env: Any) -> Any:
        # Output is made of the variables as they were before.
        for name, value in env.heap.pop("assign", {}).items():
            env.variable_store.set(variable_identifier=name, variable_value=value)
        return told(state, env)

    patches.set(moto.AssignDecl, "_eval_body", prepare)
    patches.set(moto.state.CommonStateField, "_get_state_exited_event_details", assign_and_tell)
