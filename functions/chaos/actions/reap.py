"""Undoes a run whose machine has died: from the written intent, without asking the machine anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.chaos.actions.undo import Undone, undo
from functions.chaos.policy.intent import NOTE, from_values, is_overdue

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.numbers import Numbers
    from functions.chaos.ports import FaultPorts, Intents


def reap(
    ports: FaultPorts,
    table: Intents,
    *,
    environment: str,
    dead: str | None,
    numbers: Numbers,
    now: datetime,
) -> Undone:
    """Undoes the written run when its execution is dead, or its time is over; else leaves it alone.

    Args:
        ports: What takes away.
        table: Where the intent is kept.
        environment: Whose run.
        dead: ARN of an execution that has ended; None when only the time is asked.
        numbers: The policy's numbers.
        now: The instant.

    Raises:
        PermanentError: The intent cannot be read.
    """
    note = table.recall(environment).note(NOTE)
    if not note.values:
        return Undone()
    intent = from_values(note.values)
    if intent.execution != dead and not is_overdue(intent, numbers=numbers, now=now):
        return Undone()
    return undo(ports, table, environment=environment)
