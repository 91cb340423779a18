"""Intrinsic functions: moto takes no decimals, and calls what they refuse States.Runtime."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from twin.json_copies import clone
from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure
from twin.state_machines.intrinsics.calls import Call, Literal, call_of
from twin.state_machines.intrinsics.functions import RefusedError, formatted, functions
from twin.state_machines.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from twin.patches import Patches


def patch(patches: Patches, numbers: Random) -> None:
    """Lets moto's parser make our own calls of `States.…`.

    Args:
        patches: Where the replacement is remembered.
        numbers: Where chance comes from.
    """
    known = functions(numbers)

    def parse(raw: str) -> tuple[Any, None]:
        # The parser hands over what stands between the quotes of the definition, its escapes unread.
        return _Answer(call_of(json.loads(f'"{raw}"')), known), None

    patches.set(moto.preprocessor, "IntrinsicParser", SimpleNamespace(parse=parse))


class _Answer:
    """What stands where moto expects a component of its own."""

    def __init__(self, call: Call, known: dict[str, Callable[..., Any]]) -> None:
        # moto lists the functions that answer with text without their first and last letters.
        self.name = SimpleNamespace(name=call.function.removeprefix("States.")[1:-1])
        self._call = call
        self._known = known

    def eval(self, env: Any) -> None:
        """Puts the function's answer onto the stack."""
        try:
            answer = self._answer(self._call, env)
        except RefusedError as refusal:
            cause = f"{self._call.function} failed: {refusal}"
            raise failure(env, moto.StatesErrorNameType.StatesIntrinsicFailure, cause) from refusal
        env.stack.append(clone(answer))

    def _answer(self, call: Call, env: Any) -> Any:
        values = [self._value(argument, env) for argument in call.arguments]
        first = call.arguments[0] if call.arguments else None
        if call.function == "States.Format" and isinstance(first, Literal) and isinstance(first.value, str):
            return formatted(first.raw, tuple(values[1:]), escapes=True)
        return self._known[call.function](*values)

    def _value(self, argument: Any, env: Any) -> Any:
        if isinstance(argument, Literal):
            return argument.value
        if isinstance(argument, Call):
            return self._answer(argument, env)
        return read(argument.path, env)
