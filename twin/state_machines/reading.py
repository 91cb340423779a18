"""What a path of a definition leads to while a state runs: in its input, the context object or a variable."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from twin.json_copies import clone
from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure
from twin.state_machines.paths import path_of, placed, walk

if TYPE_CHECKING:
    from twin.patches import Patches


def read(text: str, env: Any) -> Any:
    """Returns what a path leads to; a path of the input begins at the top of the stack.

    Raises:
        moto's NoSuchJsonPathError: It leads nowhere, which fails the state with States.Runtime.
    """
    path = path_of(text)
    if path is None:
        raise moto.json_path.NoSuchJsonPathError(json_path=text, data=None)
    if path.root == "$":
        return extract(text, env.stack[-1])
    if path.root == "$$":
        return extract(f"${path.rest}", env.states.context_object.context_object_data)
    return _of_variable(path.root, path.rest, env)


def extract(text: str, data: Any) -> Any:
    """Returns what a path of the input leads to: one thing, or a list for a path that can lead to several.

    Raises:
        moto's NoSuchJsonPathError: A definite path leads nowhere.
    """
    path = path_of(text)
    if path is not None and path.steps is not None:
        try:
            return walk(path.steps, data)
        except LookupError:
            raise moto.json_path.NoSuchJsonPathError(json_path=text, data=data) from None
    try:
        found = moto.extract_json(text, data)
    except moto.json_path.NoSuchJsonPathError:
        return []
    unpacked = text.endswith("]") and text.rpartition("[")[2][:-1].isdigit()
    return found if isinstance(found, list) or unpacked else [found]


def _of_variable(root: str, rest: str, env: Any) -> Any:
    try:
        value = env.variable_store.get(root[1:])
    except moto.variable_store.NoSuchVariable as error:
        cause = f"The variable '{root}' was not assigned on the way to this state."
        raise failure(env, moto.StatesErrorNameType.StatesRuntime, cause) from error
    return extract(f"${rest}", value)


def patch(patches: Patches) -> None:
    """Lets moto's interpreter read and write by paths as above."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith(moto.INTERPRETER) and vars(module).get("extract_json") is moto.extract_json:
            patches.set(module, "extract_json", extract)

    def read_variable(sample: Any, env: Any) -> None:
        env.stack.append(clone(read(sample.expression, env)))

    patches.set(moto.StringVariableSample, "_eval_body", read_variable)

    def put(result_path: Any, env: Any) -> None:
        given = env.states.get_input()
        if result_path.result_path_src is None:
            env.stack.clear()
            env.stack.append(given)
            return
        path = path_of(result_path.result_path_src)
        steps = path.steps if path is not None and path.steps is not None else ()
        try:
            env.stack.append(placed(steps, given, clone(env.stack.pop())))
        except LookupError as error:
            cause = f"The ResultPath '{result_path.result_path_src}' has no place in the state's input."
            raise failure(env, moto.StatesErrorNameType.StatesResultPathMatchFailure, cause) from error

    patches.set(moto.ResultPath, "_eval_body", put)
