"""Choice rules: one comparison each, with an operand of its kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.state_machines.definition.expressions import (
    assign_findings,
    is_query,
    path_findings,
    template_findings,
)
from twin.state_machines.definition.scope import JSONATA, Scope
from twin.state_machines.timestamps import instant_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ORDERS = ("Equals", "LessThan", "GreaterThan", "LessThanEquals", "GreaterThanEquals")
OPERATORS = (
    {
        f"{kind}{order}{path}"
        for kind in ("String", "Numeric", "Timestamp")
        for order in _ORDERS
        for path in ("", "Path")
    }
    | {"BooleanEquals", "BooleanEqualsPath", "StringMatches"}
    | {f"Is{kind}" for kind in ("Null", "Present", "Numeric", "String", "Boolean", "Timestamp")}
)
_BESIDE = {"Variable", "Next", "Comment", "Assign"}
_KIND = re.compile(r"String|Numeric|Boolean|Timestamp|Is")
_TAKES = {"String": "a text", "Numeric": "a number", "Timestamp": "a timestamp"}


def choice_findings(state: Mapping[str, Any], here: str, scope: Scope) -> Iterator[str]:
    """Yields what is wrong with the rules of a Choice."""
    rules = state.get("Choices")
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
        yield f"{here}: Choices is no list of rules."
        return
    for number, rule in enumerate(rules):
        at = f"{here}: Choices/{number}"
        if not isinstance(rule.get("Next"), str):
            yield f"{at}: a rule needs Next."
        if "Assign" in rule:
            yield from assign_findings(rule["Assign"], at, scope)
        yield from (
            _condition(rule, at, scope) if scope.language == JSONATA else _rule(rule, at, scope, nested=False)
        )


def _condition(rule: Mapping[str, Any], at: str, scope: Scope) -> Iterator[str]:
    for field in sorted(set(rule) - {"Condition", "Next", "Comment", "Assign", "Output"}):
        yield f"{at}: there is no field {field} in JSONata."
    condition = rule.get("Condition")
    if not isinstance(condition, bool) and not is_query(condition):
        yield f"{at}: Condition is {condition!r}; it is true, false or an expression."
    yield from template_findings([condition, rule.get("Output")], "Condition", at, scope)


def _rule(rule: Mapping[str, Any], at: str, scope: Scope, *, nested: bool) -> Iterator[str]:
    if nested and "Next" in rule:
        yield f"{at}: Next stands only in the outermost rule."
    asks = sorted(set(rule) - _BESIDE)
    if len(asks) != 1:
        yield f"{at}: a rule has one comparison, not {len(asks)}: {', '.join(asks) or 'none'}."
        return
    name, wanted = asks[0], rule[asks[0]]
    if name in ("And", "Or", "Not"):
        inner = [wanted] if name == "Not" else wanted
        if not isinstance(inner, list) or not inner or not all(isinstance(each, dict) for each in inner):
            yield f"{at}: {name} is no rule, or no list of rules."
            return
        for number, each in enumerate(inner):
            yield from _rule(each, f"{at}/{name}/{number}", scope, nested=True)
    elif name not in OPERATORS:
        yield f"{at}: the language has no comparison {name}."
    else:
        yield from path_findings(rule.get("Variable"), "Variable", at, scope)
        yield from _operand(name, wanted, at, scope)


def _operand(name: str, wanted: Any, at: str, scope: Scope) -> Iterator[str]:
    if name.endswith("Path"):
        yield from path_findings(wanted, name, at, scope)
        return
    found = _KIND.match(name)
    kind = found[0] if found else ""
    is_right = {
        "String": isinstance(wanted, str),
        "Numeric": isinstance(wanted, int | float) and not isinstance(wanted, bool),
        "Timestamp": instant_of(wanted) is not None,
    }.get(kind, isinstance(wanted, bool))
    if not is_right and not (isinstance(wanted, str) and "${" in wanted):
        yield f"{at}: {name} takes {_TAKES.get(kind, 'true or false')}, not {wanted!r}."
