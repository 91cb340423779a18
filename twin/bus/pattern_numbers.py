"""Filters of an event pattern that look at numbers, and equality, which tells 1 from true and from "1"."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from twin.bus.pattern_texts import PatternError

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 5e9
"""The bound of numbers in a numeric filter, either way (user guide, "Numeric matching")."""
ORDER: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
PAIR = 2
"""Items of a numeric filter that make one bound: a sign and a number."""


def equal_to(wanted: Any) -> Callable[[Any], bool]:
    """Returns the test of equality: 1 is 1.0, but no true and no "1"."""
    if isinstance(wanted, bool) or wanted is None:
        return lambda value: value is wanted
    if isinstance(wanted, str):
        return lambda value: isinstance(value, str) and value == wanted
    return lambda value: is_number(value) and value == wanted


def is_number(value: Any) -> bool:
    """Returns whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def numeric(argument: Any, where: str) -> Callable[[Any], bool]:
    """Builds the test of a number between bounds.

    Raises:
        PatternError: EventBridge would refuse the filter.
    """
    if not isinstance(argument, list) or len(argument) not in (PAIR, 2 * PAIR):
        raise PatternError(
            f"{where}: numeric must be a list of a sign and a number, or of a lower and an upper bound"
        )
    bounds = list(zip(argument[::2], argument[1::2], strict=True))
    for sign, number in bounds:
        if not isinstance(sign, str) or sign not in ORDER:
            raise PatternError(f"{where}: numeric knows {', '.join(ORDER)}, not {sign!r}")
        if not is_number(number) or not -LIMIT <= number <= LIMIT:
            raise PatternError(
                f"{where}: numeric compares with a number from -5.0e9 to 5.0e9, not {number!r}"
            )
    if len(bounds) > 1:
        (low_sign, low), (high_sign, high) = bounds
        if low_sign not in (">", ">=") or high_sign not in ("<", "<=") or low >= high:
            raise PatternError(f"{where}: numeric wants the lower bound first, then an upper one above it")
    tests = [(ORDER[sign], number) for sign, number in bounds]
    return lambda value: is_number(value) and all(holds(value, number) for holds, number in tests)
