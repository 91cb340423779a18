"""What the intrinsic functions answer, by AWS's page of them: limits, rounding and refusals included."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

LONGEST_ARRAY = 1000
LONGEST_TEXT = 10_000
_WHOLE = range(-(2**31), 2**31)
_ALGORITHMS = {f"SHA-{size}": f"sha{size}" for size in (1, 256, 384, 512)} | {"MD5": "md5"}


class RefusedError(ValueError):
    """The function does not take these arguments: States.IntrinsicFailure."""


def json_of(value: Any) -> str:
    """Returns a value as JSON without spaces, its signs as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _key(value: Any) -> str:
    # True equals 1 in Python, not in JSON; 1.0 equals 1 in both.
    return json.dumps(
        int(value) if isinstance(value, float) and value.is_integer() else value, sort_keys=True
    )


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise RefusedError(f"{json_of(value)} is no array")
    return value


def _text(value: Any, longest: int | None = None) -> str:
    if not isinstance(value, str):
        raise RefusedError(f"{json_of(value)} is no text")
    if longest is not None and len(value) > longest:
        raise RefusedError(f"a text of {len(value)} signs is longer than {longest}")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError(f"{json_of(value)} is no number")
    if round(value) not in _WHOLE:
        raise RefusedError(f"{value} is beyond 32 bits")
    return round(value)


def _partition(array: Any, size: Any) -> list[list[Any]]:
    length = _whole(size)
    if length < 1:
        raise RefusedError(f"chunks of {size}")
    return [_array(array)[start : start + length] for start in range(0, len(_array(array)), length)]


def _range(first: Any, last: Any, step: Any) -> list[int]:
    if not _whole(step):
        raise RefusedError("a range by steps of 0")
    end = _whole(last) + (1 if _whole(step) > 0 else -1)
    numbers = range(_whole(first), end, _whole(step))
    if len(numbers) > LONGEST_ARRAY:
        raise RefusedError(f"an array of {len(numbers)} is longer than {LONGEST_ARRAY}")
    return list(numbers)


def _unique(array: Any) -> list[Any]:
    first: dict[str, Any] = {}
    for one in _array(array):
        first.setdefault(_key(one), one)
    return list(first.values())


def _item(array: Any, index: Any) -> Any:
    if not 0 <= _whole(index) < len(_array(array)):
        raise RefusedError(f"no item {index} in an array of {len(array)}")
    return array[_whole(index)]


def _encoded(text: Any) -> str:
    return base64.b64encode(_text(text, LONGEST_TEXT).encode()).decode()


def _decoded(text: Any) -> str:
    try:
        return base64.b64decode(_text(text, LONGEST_TEXT), validate=True).decode()
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _hash(data: Any, algorithm: Any) -> str:
    if algorithm not in _ALGORITHMS:
        raise RefusedError(f"no algorithm {json_of(algorithm)}")
    text = data if isinstance(data, str) else json_of(data)
    digest = hashlib.new(_ALGORITHMS[algorithm], _text(text, LONGEST_TEXT).encode(), usedforsecurity=False)
    return digest.hexdigest()


def _merge(first: Any, second: Any, deep: Any) -> dict[str, Any]:
    if deep is not False:
        raise RefusedError("AWS merges only shallowly")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise RefusedError("what is no object is not merged")
    return {**first, **second}


def _parsed(text: Any) -> Any:
    try:
        return json.loads(_text(text))
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _split(text: Any, signs: Any) -> list[str]:
    if not _text(signs):
        return [_text(text)]
    return [part for part in re.split(f"[{re.escape(signs)}]", _text(text)) if part]


def formatted(template: Any, values: tuple[Any, ...], *, escapes: bool) -> str:
    r"""Returns a template with each `{}` replaced; if `escapes`, a backslash makes the next sign plain.

    Raises:
        RefusedError: The template is no text, or has another number of places than there are values.
    """
    parts = re.split(r"(\\.|\{\})" if escapes else r"(\{\})", _text(template), flags=re.DOTALL)
    if parts.count("{}") != len(values):
        raise RefusedError(f"{parts.count('{}')} places for {len(values)} values")
    fill = iter(values)
    return "".join(
        _shown(next(fill)) if part == "{}" else part[1:] if part.startswith("\\") and escapes else part
        for part in parts
    )


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json_of(value)


def functions(numbers: Random) -> dict[str, Callable[..., Any]]:
    """Returns what each function answers.

    Args:
        numbers: Where chance comes from.
    """

    def chance(first: Any, end: Any, seed: Any = None) -> int:
        if _whole(first) >= _whole(end):
            raise RefusedError(f"no number from {first} to below {end}")
        source = numbers if seed is None else type(numbers)(_whole(seed))
        return source.randrange(_whole(first), _whole(end))

    return {
        "States.Array": lambda *values: list(values),
        "States.ArrayPartition": _partition,
        "States.ArrayContains": lambda array, one: _key(one) in map(_key, _array(array)),
        "States.ArrayRange": _range,
        "States.ArrayGetItem": _item,
        "States.ArrayLength": lambda array: len(_array(array)),
        "States.ArrayUnique": _unique,
        "States.Base64Encode": _encoded,
        "States.Base64Decode": _decoded,
        "States.Hash": _hash,
        "States.JsonMerge": _merge,
        "States.JsonToString": json_of,
        "States.StringToJson": _parsed,
        "States.MathRandom": chance,
        "States.MathAdd": lambda one, other: _whole(_whole(one) + _whole(other)),
        "States.StringSplit": _split,
        "States.UUID": lambda: str(uuid.uuid4()),
        "States.Format": lambda template, *values: formatted(template, values, escapes=False),
    }
