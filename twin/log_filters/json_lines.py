"""Filter patterns for JSON lines: `{ ($.type = "a") && ($.record.by NOT EXISTS || $.n > 3) }`.

CloudWatch Logs user guide, "Using filter patterns to match terms in JSON log events": `&&` binds closer than
`||`; a condition on a property that is absent, or that is an array, an object, true, false or null, does not
hold, `!=` included; for those stand NOT EXISTS, IS NULL, IS TRUE and IS FALSE.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.log_filters.comparisons import read_test

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.log_filters.scanner import Scanner

SELECTOR = re.compile(r"\$((?:\.[A-Za-z0-9_\-]+|\[\d+\])+)")
STEP = re.compile(r"\.([A-Za-z0-9_\-]+)|\[(\d+)\]")
CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}
ABSENT = object()


def read_json_pattern(scanner: Scanner) -> Callable[[Any], bool]:
    """Reads what stands between the braces, and returns whether a parsed line meets it.

    Raises:
        FilterError: It is no such expression.
    """
    holds = _either(scanner)
    if not scanner.done:
        raise scanner.fail("join conditions with && or ||")
    return holds


def selected(selector: str) -> Callable[[Any], Any]:
    """Returns what looks up a selector such as `$.users[0].id`; it answers `ABSENT` where nothing is."""
    steps: list[str | int] = [name or int(index) for name, index in STEP.findall(selector)]

    def look_up(line: Any) -> Any:
        found = line
        for step in steps:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return ABSENT
        return found

    return look_up


def _either(scanner: Scanner) -> Callable[[Any], bool]:
    parts = [_both(scanner)]
    while scanner.take("||"):
        parts.append(_both(scanner))
    return parts[0] if len(parts) == 1 else lambda line: any(part(line) for part in parts)


def _both(scanner: Scanner) -> Callable[[Any], bool]:
    parts = [_one(scanner)]
    while scanner.take("&&"):
        parts.append(_one(scanner))
    return parts[0] if len(parts) == 1 else lambda line: all(part(line) for part in parts)


def _one(scanner: Scanner) -> Callable[[Any], bool]:
    if scanner.take("("):
        inner = _either(scanner)
        if not scanner.take(")"):
            raise scanner.fail("close the parenthesis")
        return inner
    selector = scanner.match(SELECTOR)
    if not selector:
        raise scanner.fail("a condition begins with a property such as $.eventType or $.users[0].id")
    look_up = selected(selector[1])
    if scanner.take("NOT EXISTS"):
        return lambda line: look_up(line) is ABSENT
    if scanner.take("EXISTS"):
        raise scanner.fail(f"EXISTS is not supported: write ${selector[1]} = *")
    if scanner.take("IS NOT"):
        raise scanner.fail("IS NOT is not supported: ask for the other values")
    if scanner.take("IS"):
        return _constant(scanner, look_up)
    return _value(look_up, read_test(scanner))


def _constant(scanner: Scanner, look_up: Callable[[Any], Any]) -> Callable[[Any], bool]:
    for word, constant in CONSTANTS.items():
        if scanner.take(word):
            return lambda line: look_up(line) is constant
    raise scanner.fail("IS goes with NULL, TRUE or FALSE")


def _value(look_up: Callable[[Any], Any], test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def holds(line: Mapping[str, Any]) -> bool:
        value = look_up(line)
        if value is ABSENT or value is None or isinstance(value, bool | dict | list):
            return False
        return test(value)

    return holds
