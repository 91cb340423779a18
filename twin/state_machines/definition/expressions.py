"""Paths, intrinsic functions, JSONata and variables, wherever a definition has one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.state_machines.definition.scope import JSONATA, Scope
from twin.state_machines.intrinsics.arguments import ARGUMENTS
from twin.state_machines.intrinsics.calls import Call, NoCallError, Reading, call_of
from twin.state_machines.paths import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 10
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,79}")
_SUBSTITUTED = "${"
_ROOT_ALONE = re.compile(r"[(\s]*\$\$?(?![A-Za-z_$])")
_EVAL = re.compile(r"\$eval\s*\(")


def is_query(value: Any) -> bool:
    """Returns whether a value is a JSONata expression in its braces."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")


def path_findings(value: Any, field: str, here: str, scope: Scope, *, calls: bool = False) -> Iterator[str]:
    """Yields what is wrong with a path; with `calls`, an intrinsic function may stand there as well."""
    if not isinstance(value, str):
        yield f"{here}: {field} is {value!r}, which is no path."
        return
    if _SUBSTITUTED in value:
        return
    if calls and value.lstrip().startswith("States."):
        yield from _call_findings(value, field, here, scope)
        return
    path = path_of(value)
    if path is None:
        yield f"{here}: {field}: {value!r} is no path."
    elif path.root not in ("$", "$$") and path.root[1:] not in scope.variables:
        yield f"{here}: {field}: nothing assigns the variable {path.root}."


def _call_findings(value: str, field: str, here: str, scope: Scope) -> Iterator[str]:
    try:
        call = call_of(value)
    except NoCallError:
        yield f"{here}: {field}: {value!r} is no call of an intrinsic function."
        return
    if call.depth() > _DEEPEST:
        yield f"{here}: {field}: more than {_DEEPEST} functions stand in one another."
    for each in _calls(call):
        if each.function not in ARGUMENTS:
            yield f"{here}: {field}: the language has no function {each.function}."
            continue
        least, most = ARGUMENTS[each.function]
        count = len(each.arguments)
        if count < least or (most is not None and count > most):
            yield f"{here}: {field}: {each.function} does not take {count} arguments."
        for argument in each.arguments:
            if isinstance(argument, Reading):
                yield from path_findings(argument.path, field, here, scope)


def _calls(call: Call) -> Iterator[Call]:
    yield call
    for argument in call.arguments:
        if isinstance(argument, Call):
            yield from _calls(argument)


def template_findings(value: Any, field: str, here: str, scope: Scope) -> Iterator[str]:
    """Yields what is wrong in an object of literals with paths or expressions in it, as deep as it goes."""
    if isinstance(value, list):
        for item in value:
            yield from template_findings(item, field, here, scope)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key.endswith(".$") and scope.language != JSONATA:
                yield from path_findings(item, key, here, scope, calls=True)
            else:
                yield from template_findings(item, field, here, scope)
    elif scope.language == JSONATA and is_query(value):
        yield from _query_findings(value, field, here)


def _query_findings(value: str, field: str, here: str) -> Iterator[str]:
    from twin.state_machines.jsonata_queries import QueryError, parsed  # noqa: PLC0415 - its library is for few

    expression = value[2:-2].strip()
    if _EVAL.search(expression):
        yield f"{here}: {field}: Step Functions has no $eval."
    if _ROOT_ALONE.match(expression):
        yield f"{here}: {field}: an expression cannot begin with '$' or '$$'; the input is $states.input."
    try:
        parsed(expression)
    except QueryError as error:
        yield f"{here}: {field}: {value!r} is no JSONata: {error}"


def assign_findings(given: Any, here: str, scope: Scope) -> Iterator[str]:
    """Yields what is wrong with an Assign."""
    if not isinstance(given, dict):
        yield f"{here}: Assign is no object of variables."
        return
    for key in given:
        name = key.removesuffix(".$") if scope.language != JSONATA else key
        if not _VARIABLE.fullmatch(name) or name == "states":
            yield f"{here}: Assign: {name!r} is no name of a variable."
        elif name in scope.outer:
            yield f"{here}: Assign: an outer level assigns {name!r}; an inner one cannot have the name."
    yield from template_findings(given, "Assign", here, scope)
