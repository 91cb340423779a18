"""JSONata, which moto leaves to Java: here jsonata-python answers, and an expression is parsed once."""

from __future__ import annotations

import functools
import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any

from jsonata import Jsonata
from jsonata.utils import Utils

from twin.state_machines import moto_names as moto
from twin.state_machines.failures import failure

if TYPE_CHECKING:
    from random import Random

    from twin.patches import Patches

_ALGORITHMS = {f"SHA-{size}": f"sha{size}" for size in (1, 256, 384, 512)} | {"MD5": "md5"}
_NULL = Utils.NULL_VALUE
_PLAIN = (str, int, float, bool, type(None))


class QueryError(ValueError):
    """An expression failed, answered with nothing, or with what is no JSON."""


@functools.cache
def parsed(expression: str) -> Any:
    """Returns a parsed expression.

    Raises:
        QueryError: It is no JSONata.
    """
    try:
        program = Jsonata(expression)
    except Exception as error:
        raise QueryError(str(error)) from error
    program.output_convert_nulls = False
    return program


def answer_of(expression: str, variables: dict[str, Any], numbers: Random) -> Any:
    """Returns what an expression answers, as JSON has it.

    Args:
        expression: Without its braces and percent signs.
        variables: Values by name, without dollar.
        numbers: Where chance comes from.

    Raises:
        QueryError: See there.
    """
    program = parsed(expression)
    bound = {name: _with_nulls(value) for name, value in variables.items()}
    bound |= {name: Jsonata.JLambda(function) for name, function in _functions(numbers).items()}
    try:
        found = program.evaluate(None, bound)
    except Exception as error:
        raise QueryError(str(error)) from error
    if found is None:
        raise QueryError("it returned nothing (undefined)")
    return _as_json(found)


def _functions(numbers: Random) -> dict[str, Any]:
    def chance(seed: Any = None) -> float:
        return numbers.random() if seed is None else type(numbers)(int(seed)).random()

    return {
        "partition": lambda array, size: [
            array[at : at + int(size)] for at in range(0, len(array), int(size))
        ],
        "range": _range,
        "hash": _hash,
        "random": chance,
        "uuid": lambda: str(uuid.uuid4()),
        "parse": lambda text: _with_nulls(json.loads(text)),
    }


def _range(first: Any, last: Any, step: Any) -> list[int]:
    return list(range(int(first), int(last) + (1 if step > 0 else -1), int(step)))


def _hash(value: str, algorithm: str = "SHA-256") -> str:
    return hashlib.new(_ALGORITHMS[algorithm], value.encode(), usedforsecurity=False).hexdigest()


def _with_nulls(value: Any) -> Any:
    # The library takes Python's None for "nothing is there".
    if value is None:
        return _NULL
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    return [_with_nulls(item) for item in value] if isinstance(value, list) else value


def _as_json(value: Any) -> Any:
    if value is _NULL:
        return None
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_as_json(item) for item in value if item is not None]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, _PLAIN):
        raise QueryError("it returned an unsupported result type")
    return value


def patch(patches: Patches, numbers: Random) -> None:
    """Gives the interpreter JSONata, with chance out of `numbers`."""

    def evaluate(string: Any, env: Any) -> None:
        store = env.variable_store
        variables = {**store._outer_scope, **store._inner_scope, "states": env.states._states_data}
        try:
            env.stack.append(answer_of(string.expression, variables, numbers))
        except QueryError as error:
            cause = f"The JSONata expression '{string.expression}' failed: {error}"
            raise failure(env, moto.StatesErrorNameType.StatesQueryEvaluationError, cause) from error

    patches.set(moto.StringJSONata, "_eval_body", evaluate)
