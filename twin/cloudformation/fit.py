"""Fits a template's properties onto the input of an AWS API call, by the call's own published shape.

CloudFormation writes the same names as the API in another case, and the same values in another type. The
shape says which names exist, which are needed, and which values are allowed, so a slip is caught without a
table of our own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cloudformation.intrinsics import Pending

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloudformation.places import Route

TOKENS = {
    "ClientToken",
    "clientToken",
    "ClientRequestToken",
    "clientRequestToken",
    "CallerReference",
    "CreatorRequestId",
}


def fit(
    value: Any, shape: Any, route: Route, complain: Callable[[Route, str], None], *, loose: bool = False
) -> Any:
    """Rewrites a value as the shape wants it.

    Args:
        value: Resolved properties; pending values pass as they are.
        shape: A botocore shape.
        route: Where the value stands, for messages.
        complain: Called with a route and a sentence for each thing that does not fit.
        loose: Leaves unknown names out silently: an update call takes fewer than the creation, which was
            checked.

    Returns:
        The input for the API.
    """
    if isinstance(value, Pending):
        return str(value)
    kind = shape.type_name
    if kind == "structure":
        return _structure(value, shape, route, complain, loose=loose)
    if kind == "list":
        items = value if isinstance(value, list) else [value]
        return [fit(item, shape.member, (*route, i), complain, loose=loose) for i, item in enumerate(items)]
    if kind == "map":
        if not isinstance(value, dict):
            complain(route, f"{_last(route)} must be a mapping, not {_kind(value)}")
            return {}
        return {k: fit(item, shape.value, (*route, k), complain, loose=loose) for k, item in value.items()}
    return _scalar(value, shape, route, complain)


def _structure(
    value: Any, shape: Any, route: Route, complain: Callable[[Route, str], None], *, loose: bool
) -> Any:
    if not isinstance(value, dict):
        complain(route, f"{_last(route)} must be a mapping, not {_kind(value)}")
        return {}
    if getattr(shape, "is_document_type", False):
        return value
    index = {member.lower(): member for member in shape.members}
    fitted: dict[str, Any] = {}
    for key, item in value.items():
        member = index.get(str(key).lower())
        if member is not None:
            fitted[member] = fit(item, shape.members[member], (*route, key), complain, loose=loose)
        elif not loose:
            known = ", ".join(sorted(shape.members))
            complain((*route, key), f"the property {key} is not known here: use one of {known}")
    for needed in shape.required_members:
        if needed not in fitted and needed not in TOKENS and not loose:
            complain(route, f"the property {needed[:1].upper()}{needed[1:]} is missing: add it")
    return fitted


def _scalar(value: Any, shape: Any, route: Route, complain: Callable[[Route, str], None]) -> Any:
    kind = shape.type_name
    if kind == "string":
        text = json.dumps(value) if isinstance(value, dict | list) else _text(value)
        allowed = shape.metadata.get("enum")
        if allowed and text not in allowed:
            complain(route, f"{_last(route)} is {text!r}, which is not one of {', '.join(allowed)}")
        return text
    if isinstance(value, dict | list):
        complain(route, f"{_last(route)} must be one value, not {_kind(value)}")
        return None
    try:
        return _converted(value, shape, route, complain)
    except ValueError:
        complain(route, f"{_last(route)} is {value!r}, which is no {kind}")
        return None


def _converted(value: Any, shape: Any, route: Route, complain: Callable[[Route, str], None]) -> Any:
    kind = shape.type_name
    if kind in ("integer", "long", "double", "float"):
        number = float(value) if kind in ("double", "float") else int(value)
        if number != float(value):
            raise ValueError(value)
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if (least is not None and number < least) or (most is not None and number > most):
            complain(route, f"{_last(route)} is {number}, outside of {least} to {most}")
        return number
    if kind == "boolean":
        if _text(value).lower() not in ("true", "false"):
            raise ValueError(value)
        return _text(value).lower() == "true"
    if kind == "blob":
        return value if isinstance(value, bytes) else str(value).encode()
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else f"{value!r}"


def _last(route: Route) -> str:
    return str(next((part for part in reversed(route) if isinstance(part, str)), "value"))
