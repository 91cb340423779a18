"""What a Choice rule reads, and what is certain behind it: a rule that asks for presence proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toban.machines.json_paths import PathInvalid, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toban.machines.shapes import Shape


def reads_of_rule(rule: Mapping[str, Any], given: Shape) -> Iterator[tuple[str, str, Shape]]:
    """Yields each path that a rule reads, with the member that holds it and what is known where it is read.

    A part of `And` knows what the parts before it have asked for; to ask for presence reads nothing.
    """
    known = given
    for part in rule.get("And", ()):
        yield from reads_of_rule(part, known)
        known = after_rule(part, known)
    for part in rule.get("Or", ()):
        yield from reads_of_rule(part, given)
    if "Not" in rule:
        yield from reads_of_rule(rule["Not"], given)
    if "Variable" in rule and "IsPresent" not in rule:
        yield "Variable", str(rule["Variable"]), given
    for member, value in rule.items():
        if member.endswith("Path") and member != "Variable":
            yield member, str(value), given


def after_rule(rule: Mapping[str, Any], given: Shape) -> Shape:
    """Returns what is certain of the input where the rule held."""
    for part in rule.get("And", ()):
        given = after_rule(part, given)
    if rule.get("IsPresent") is True:
        try:
            steps = parse_path(str(rule["Variable"])).steps
        except PathInvalid:
            return given
        return given.having(steps, given.possibly_at(steps))
    return given
