"""What `anything-but` takes in an event pattern: values, or begins, ends, wildcards and texts of any case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.bus.pattern_numbers import equal_to, is_number
from twin.bus.pattern_texts import PatternError, ignoring_case, of_text, wildcard

if TYPE_CHECKING:
    from collections.abc import Callable

NEGATED: dict[str, Callable[[Any, str], Callable[[Any], bool]]] = {
    "prefix": of_text("prefix", str.startswith),
    "suffix": of_text("suffix", str.endswith),
    "wildcard": wildcard,
    "equals-ignore-case": ignoring_case,
}
"""What anything-but takes besides values."""


def anything_but(argument: Any, where: str) -> Callable[[Any], bool]:
    """Builds the test of a value that must be none of some.

    Raises:
        PatternError: EventBridge would refuse the filter.
    """
    if isinstance(argument, dict):
        tests = _negated_filters(argument, where)
    else:
        tests = [equal_to(each) for each in _negated_values(argument, where)]
    return lambda value: not any(test(value) for test in tests)


def _negated_filters(argument: dict[str, Any], where: str) -> list[Callable[[Any], bool]]:
    if len(argument) != 1 or next(iter(argument)) not in NEGATED:
        raise PatternError(f"{where}: anything-but takes values, or one of {', '.join(sorted(NEGATED))}")
    name, given = next(iter(argument.items()))
    values = given if isinstance(given, list) else [given]
    if not values or (name in ("prefix", "suffix") and "" in values):
        raise PatternError(f"{where}: anything-but {name} needs texts that are not empty")
    return [NEGATED[name](value, where) for value in values]


def _negated_values(argument: Any, where: str) -> list[Any]:
    values = argument if isinstance(argument, list) else [argument]
    texts = [value for value in values if isinstance(value, str)]
    numbers = [value for value in values if is_number(value)]
    if not values or len(values) not in (len(texts), len(numbers)):
        raise PatternError(f"{where}: anything-but takes strings alone or numbers alone, at least one")
    return values
