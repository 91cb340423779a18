"""Resolves the parameters of a template: given values over defaults, each held to its own constraints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin.cloudformation.problems import Problems

SSM_VALUE = "AWS::SSM::Parameter::Value<"
TYPES = re.compile(
    r"String|Number|CommaDelimitedList|List<(Number|String|AWS::[\w:]+)>|AWS::EC2::[\w:]+|AWS::Route53::[\w:]+"
    r"|AWS::SSM::Parameter::(Name|Value<[\w:<>]+>)"
)
CONSTRAINTS = {
    "AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength",
    "MaxValue", "MinLength", "MinValue", "NoEcho", "Type",
}  # fmt: skip


BOUNDS = {"MaxLength": False, "MaxValue": True, "MinLength": False, "MinValue": True}
"""Constraints with a number, and whether they are those of a number."""


def resolve_parameters(
    declared: Mapping[str, Any],
    given: Mapping[str, str],
    problems: Problems,
    *,
    stored: Callable[[str], str | None],
) -> dict[str, Any]:
    """Finds the value of each declared parameter.

    Args:
        declared: The template's section Parameters.
        given: Values by name, as a person or `samconfig.toml` gives them.
        problems: Receives what is wrong.
        stored: Answers an SSM parameter's value, None when there is none, for parameters that are stored
            there.

    Returns:
        Values by name: text, or a list of texts for the list types.
    """
    for name in given:
        if name not in declared:
            problems.add(
                ("Parameters",), f"the parameter {name} was given but the template declares none of that name"
            )
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        values[name] = _resolve(name, declaration, given, problems, stored)
    return values


def parameter_text(value: Any) -> str:
    """Writes a value as a nested stack's parameter: lists joined by commas, pending while a part of it is."""
    if isinstance(value, list):
        text = ",".join(map(str, value))
        return Pending(text) if any(isinstance(item, Pending) for item in value) else text
    return value if isinstance(value, Pending) else str(value)


def _resolve(
    name: str,
    declaration: Any,
    given: Mapping[str, str],
    problems: Problems,
    stored: Callable[[str], str | None],
) -> Any:
    route = ("Parameters", name)
    kind = declaration.get("Type") if isinstance(declaration, dict) else None
    if not isinstance(kind, str) or not TYPES.fullmatch(kind):
        problems.add(
            route, f"the type {kind} is not known: use String, Number, CommaDelimitedList or an AWS type"
        )
        return ""
    refused = list(_refused_declaration(kind, declaration))
    for key, text in refused:
        problems.add((*route, key), text)
    if refused:
        return [] if _is_list(kind) else ""
    if name not in given and "Default" not in declaration:
        problems.add(route, "it has no default and no value was given: give one")
        return [] if _is_list(kind) else ""
    raw = given.get(name, declaration.get("Default"))
    if isinstance(raw, Pending):  # a nested stack's parameter, told only by the deployment
        return raw
    text = str(raw).lower() if isinstance(raw, bool) else str(raw)
    values = [part.strip() for part in text.split(",") if part.strip()] if _is_list(kind) else [text]
    for value in values:
        wrong = _broken_constraint(value, kind, declaration)
        if wrong:
            hint = declaration.get("ConstraintDescription")
            problems.add(route, f"the value {value!r} {wrong}" + (f" ({hint})" if hint else ""))
    if kind.startswith(SSM_VALUE):
        value_there = stored(text)
        if value_there is None:
            problems.add(route, f"there is no SSM parameter {text}: create it, or give another name")
        return value_there or ""
    return values if _is_list(kind) else text


def _is_list(kind: str) -> bool:
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def _broken_constraint(value: str, kind: str, declaration: Mapping[str, Any]) -> str | None:
    """Returns which constraint a value breaks, None when it keeps all."""
    allowed = [
        str(item).lower() if isinstance(item, bool) else str(item)
        for item in declaration.get("AllowedValues", [])
    ]
    if allowed and value not in allowed:
        return f"is not one of the allowed values {', '.join(allowed)}"
    pattern = declaration.get("AllowedPattern")
    if pattern and not _fits(str(pattern), value):
        return f"does not match the allowed pattern {pattern}"
    if len(value) < int(declaration.get("MinLength", 0)):
        return f"is shorter than {declaration['MinLength']} characters"
    if "MaxLength" in declaration and len(value) > int(declaration["MaxLength"]):
        return f"is longer than {declaration['MaxLength']} characters"
    return _broken_number_constraint(value, declaration) if "Number" in kind else None


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:  # told by _refused_declaration
        return True


def _refused_declaration(kind: str, declaration: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields each constraint that does not go with the type, and its sentence (user guide, "Parameters")."""
    for key, value in declaration.items():
        if key not in CONSTRAINTS:
            yield key, f"{key} is no constraint of a parameter: remove it or correct its spelling"
        elif key == "AllowedValues":
            if not isinstance(value, list):
                yield key, "AllowedValues must be a list: write one"
        elif isinstance(value, dict | list):
            yield key, f"{key} must be one value, without functions: write it as text"
        elif key in BOUNDS:
            if BOUNDS[key] != ("Number" in kind):
                yield key, f"{key} does not go with the type {kind}: remove it"
            elif not _is_number(value):
                yield key, f"{key} is {value!r}, which is no number: correct it"
        elif key == "AllowedPattern":
            yield from _refused_pattern(str(value))


def _refused_pattern(pattern: str) -> Iterator[tuple[str, str]]:
    try:
        re.compile(pattern)
    except re.error as error:
        text = f"not emulated: the AllowedPattern {pattern}, which Python cannot read ({error})"
        yield "AllowedPattern", text


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _broken_number_constraint(value: str, declaration: Mapping[str, Any]) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "is no number"
    if number < float(declaration.get("MinValue", number)):
        return f"is below {declaration['MinValue']}"
    if number > float(declaration.get("MaxValue", number)):
        return f"is above {declaration['MaxValue']}"
    return None
