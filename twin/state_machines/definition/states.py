"""One state's fields: which it may have, and what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines.definition.choices import choice_findings
from twin.state_machines.definition.errors import error_findings
from twin.state_machines.definition.expressions import (
    assign_findings,
    is_query,
    path_findings,
    template_findings,
)
from twin.state_machines.definition.fields import EITHER, JSONATA, JSONPATH, LEAST, NOT_BOTH
from twin.state_machines.definition.maps import map_findings
from twin.state_machines.definition.reference import reference_findings
from twin.state_machines.definition.scope import JSONATA as IN_JSONATA
from twin.state_machines.definition.scope import listed
from twin.state_machines.definition.tasks import task_findings
from twin.state_machines.timestamps import instant_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.state_machines.definition.scope import Scope

_WITH_CALLS = ("ErrorPath", "CausePath")
_TEMPLATES = (
    *("Parameters", "ResultSelector", "ItemSelector", "Arguments", "Output", "Items", "Credentials"),
    *("Error", "Cause", "Seconds", "Timestamp", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency"),
)


def state_findings(state: Mapping[str, Any], here: str, scope: Scope) -> Iterator[str]:
    """Yields what is wrong with one state, without what is inside of it."""
    kind = state.get("Type")
    if kind not in EITHER:
        yield f"{here}: Type is {kind!r}; it is one of {', '.join(sorted(EITHER))}."
        return
    language = scope.language
    own = JSONATA[kind] if language == IN_JSONATA else JSONPATH[kind]
    for field in sorted(set(state) - EITHER[kind] - own):
        other = field in (JSONPATH[kind] | JSONATA[kind])
        yield f"{here}: there is no field {field} in {f'{language}.' if other else f'a {kind} state.'}"
    for one, two in NOT_BOTH:
        if one in state and two in state and (kind == "Map" or two != "Parameters"):
            yield f"{here}: {one} and {two} exclude each other."
    yield from _values(state, here, scope)
    yield from error_findings(state, here, scope)
    match kind:
        case "Task":
            yield from task_findings(state, here)
        case "Choice":
            yield from choice_findings(state, here, scope)
        case "Map":
            yield from map_findings(state, here, scope)
        case "Wait":
            yield from _wait(state, here)
        case "Parallel" if not listed(state, "Branches"):
            yield f"{here}: Branches is no list of branches."


def _values(state: Mapping[str, Any], here: str, scope: Scope) -> Iterator[str]:
    for field, value in state.items():
        if field == "ResultPath":
            yield from reference_findings(value, field, here)
        elif field.endswith("Path") and not (value is None and field in ("InputPath", "OutputPath")):
            yield from path_findings(value, field, here, scope, calls=field in _WITH_CALLS)
        elif field in _TEMPLATES:
            yield from template_findings(value, field, here, scope)
        elif field == "Assign":
            yield from assign_findings(value, here, scope)
        if field in LEAST:
            yield from _number(field, value, here, scope)


def _number(field: str, value: Any, here: str, scope: Scope) -> Iterator[str]:
    least, most = LEAST[field]
    if isinstance(value, str) and ("${" in value or (scope.language == IN_JSONATA and is_query(value))):
        return
    is_number = isinstance(value, int) or (isinstance(value, float) and field == "ToleratedFailurePercentage")
    if isinstance(value, bool) or not is_number or not least <= value <= most:
        yield f"{here}: {field} is {value!r}; it is a number from {least} to {most}."


def _wait(state: Mapping[str, Any], here: str) -> Iterator[str]:
    ways = [way for way in ("Seconds", "SecondsPath", "Timestamp", "TimestampPath") if way in state]
    if len(ways) != 1:
        yield f"{here}: a Wait has exactly one of Seconds, SecondsPath, Timestamp and TimestampPath."
    until = state.get("Timestamp")
    if until is not None and not is_query(until) and "${" not in str(until) and instant_of(until) is None:
        yield f"{here}: Timestamp is {until!r}, which is no timestamp."
