"""Reads whom a machine was started for, and says who should have said so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import PermanentError

if TYPE_CHECKING:
    from collections.abc import Mapping


def target_of(run: Mapping[str, Any], *, environment: str) -> str:
    """Returns the target of a machine's input.

    Args:
        run: The machine's input.
        environment: Whom this control plane operates: an environment, or the member that the input names.

    Raises:
        PermanentError: The input names no target, or another's.
    """
    target = run.get("target")
    if not isinstance(target, str) or not target:
        raise PermanentError(
            f'The machine was started without a "target". Its schedules send {{"target": "{environment}", '
            f'"cause": "tick"}}; whoever starts it by hand sends the same.'
        )
    if target != environment:
        raise PermanentError(f"This control plane operates {environment}, not {target}.")
    return target
