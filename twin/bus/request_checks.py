"""What EventBridge refuses of a request before it is carried out, and TestEventPattern."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.api_faults import ApiError
from twin.bus.inputs import refused_input
from twin.bus.pattern_texts import PatternError
from twin.bus.patterns import compile_pattern

if TYPE_CHECKING:
    from twin.api_calls import ApiCalls
    from twin.api_records import CallContext

WITH_PATTERN = {"CreateArchive", "PutRule", "TestEventPattern", "UpdateArchive"}
FIELDS = {"account", "detail-type", "id", "region", "resources", "source", "time"}
"""What an event must have for TestEventPattern (API reference)."""


def answer_checks(api_calls: ApiCalls) -> None:
    """Guards the operations that bring patterns and inputs, and answers TestEventPattern."""
    api_calls.overlay("events", "TestEventPattern", _test_pattern)
    for operation in WITH_PATTERN:
        api_calls.guard("events", operation, _refuse_pattern)
    api_calls.guard("events", "PutTargets", _refuse_inputs)


def _refuse_pattern(params: dict[str, Any]) -> None:
    if params.get("EventPattern"):
        try:
            compile_pattern(params["EventPattern"])
        except PatternError as error:
            text = f"Event pattern is not valid. Reason: {error}"
            raise ApiError("InvalidEventPatternException", text) from error


def _refuse_inputs(params: dict[str, Any]) -> None:
    for target in params["Targets"]:
        for _, text in refused_input(target):
            raise ApiError("ValidationException", text)


def _test_pattern(params: dict[str, Any], _context: CallContext) -> dict[str, Any]:
    try:
        event = json.loads(params["Event"])
    except ValueError as error:
        raise ApiError(
            "ValidationException", f"Parameter Event is not valid: it is no JSON: {error}"
        ) from error
    lacking = sorted(FIELDS - set(event)) if isinstance(event, dict) else sorted(FIELDS)
    if lacking:
        raise ApiError("ValidationException", f"Parameter Event is not valid: it lacks {', '.join(lacking)}")
    return {"Result": compile_pattern(params["EventPattern"]).holds(event)}
