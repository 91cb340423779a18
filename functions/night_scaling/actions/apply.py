"""Puts a schedule document in force; only people do, from the command line or in a scenario."""

from __future__ import annotations

from typing import Protocol

from functions.core.errors import TemporaryError
from functions.core.ports.control_table import Memory, Notes
from functions.night_scaling.policy.active_schedule import APPLIED


class _Table(Memory, Notes, Protocol):
    """What is read and written."""


def apply_schedule(table: _Table, environment: str, text: str) -> None:
    """Puts a document in force; the next tick follows it.

    Raises:
        TemporaryError: Somebody else applied one in the same moment.
    """
    revision = table.recall(environment).note(APPLIED).revision
    if not table.write_note(environment, APPLIED, {"document": text}, over=revision):
        raise TemporaryError(
            f"Somebody applied a schedule to {environment} in the same moment; look, and try again."
        )
