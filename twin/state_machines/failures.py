"""A state's failure under one of Step Functions' own names."""

from __future__ import annotations

from typing import Any

from twin.state_machines import moto_names as moto


def failure(
    env: Any, name: Any, cause: str, *, kind: Any = moto.HistoryEventType.ExecutionFailed
) -> Exception:
    """Returns the exception that fails the state.

    Args:
        env: moto's environment of the state.
        name: One of moto's StatesErrorNameType.
        cause: What a person reads.
        kind: The event of the history that tells of it.
    """
    details: Any = {"executionFailedEventDetails": {"error": name.to_name(), "cause": cause}}
    error: Exception = moto.FailureEventException(
        moto.FailureEvent(
            env=env,
            error_name=moto.StatesErrorName(typ=name),
            event_type=kind,
            event_details=details,
        )
    )
    return error
