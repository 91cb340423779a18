"""A state's failure under one of Step Functions' own names."""

from __future__ import annotations

from typing import Any

from twin.state_machines import moto_names as moto


def failure(env: Any, name: Any, cause: str) -> Exception:
    """Returns the exception that fails the state; `name` is one of moto's StatesErrorNameType."""
    details: Any = {"executionFailedEventDetails": {"error": name.to_name(), "cause": cause}}
    error: Exception = moto.FailureEventException(
        moto.FailureEvent(
            env=env,
            error_name=moto.StatesErrorName(typ=name),
            event_type=moto.HistoryEventType.ExecutionFailed,
            event_details=details,
        )
    )
    return error
