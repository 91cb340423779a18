"""The comparisons of the Choice state: between two values of one kind, never an error between two kinds."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any

from twin.state_machines.timestamps import instant_of

if TYPE_CHECKING:
    from collections.abc import Callable

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "GreaterThan": operator.gt,
    "LessThanEquals": operator.le,
    "GreaterThanEquals": operator.ge,
}
_COMPARISON = re.compile(r"(String|Numeric|Boolean|Timestamp)(\w+?)(Path)?")


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


_KINDS: dict[str, Callable[[Any], Any]] = {
    "String": lambda value: value if isinstance(value, str) else None,
    "Numeric": _number,
    "Boolean": lambda value: value if isinstance(value, bool) else None,
    "Timestamp": instant_of,
}


def is_kind(name: str, value: Any) -> bool:
    """Returns whether a value is what `IsString`, `IsNull` and so on ask for; `name` is without its `Is`."""
    return value is None if name == "Null" else _KINDS[name](value) is not None


def compares(name: str, value: Any, wanted: Any) -> bool:
    """Returns whether a value passes a comparison; two of which one is of another type do not.

    Args:
        name: `NumericLessThan`, `StringMatches` and so on, without `Path`.
        value: What the variable leads to.
        wanted: What it is compared with.
    """
    if name == "StringMatches":
        return isinstance(value, str) and _pattern(wanted).fullmatch(value) is not None
    found = _COMPARISON.fullmatch(name)
    if found is None:
        raise ValueError(name)
    one, other = _KINDS[found[1]](value), _KINDS[found[1]](wanted)
    return one is not None and other is not None and _ORDERS[found[2]](one, other)


def _pattern(wanted: str) -> re.Pattern[str]:
    parts = re.findall(r"\\.|\*|[^\\*]+|\\", wanted, flags=re.DOTALL)
    return re.compile(
        "".join(".*" if part == "*" else re.escape(_unescaped(part)) for part in parts), re.DOTALL
    )


def _unescaped(part: str) -> str:
    return part[1:] if part in ("\\*", "\\\\") else part
