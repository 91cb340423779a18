"""The values and filters in an event pattern's lists: each compiled to a test of one value of an event.

The grammar is that of event-ruler, the library behind EventBridge (user guide, "Comparison operators for use
in event patterns in Amazon EventBridge").
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from twin.bus.pattern_negations import anything_but
from twin.bus.pattern_numbers import equal_to, numeric
from twin.bus.pattern_texts import PatternError, ignoring_case, of_begin_or_end, text_of, wildcard

if TYPE_CHECKING:
    from collections.abc import Callable


def compile_value(wanted: Any, where: str) -> Callable[[Any], bool]:
    """Compiles one item of a list; `exists` is no test of a value and is read by the pattern itself.

    Args:
        wanted: A value, or a filter such as `{"prefix": "a"}`.
        where: The path of the list, for the error.

    Raises:
        PatternError: EventBridge would refuse it.
    """
    if isinstance(wanted, dict):
        if len(wanted) != 1:
            raise PatternError(f"{where}: a filter has exactly one key, not {len(wanted)}: split it")
        name, argument = next(iter(wanted.items()))
        build = FILTERS.get(name)
        if build is None:
            raise PatternError(
                f"{where}: {name!r} is no match type: use one of {', '.join(sorted((*FILTERS, 'exists')))}"
            )
        return build(argument, where)
    if isinstance(wanted, list):
        raise PatternError(f"{where}: a list holds values and filters, no further list: take it out")
    return equal_to(wanted)


def _cidr(argument: Any, where: str) -> Callable[[Any], bool]:
    text = text_of(argument, "cidr", where)
    try:
        if "/" not in text:
            raise ValueError("it has no /")  # noqa: TRY301 - one sentence for both
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise PatternError(f"{where}: cidr {text!r} is no address range ({error})") from error

    def holds(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return holds


FILTERS: dict[str, Callable[[Any, str], Callable[[Any], bool]]] = {
    "anything-but": anything_but,
    "cidr": _cidr,
    "equals-ignore-case": ignoring_case,
    "exactly": lambda argument, where: equal_to(text_of(argument, "exactly", where)),
    "numeric": numeric,
    "prefix": of_begin_or_end("prefix", str.startswith),
    "suffix": of_begin_or_end("suffix", str.endswith),
    "wildcard": wildcard,
}
"""Every filter but `exists`."""
