"""Takes away all that a run has made, from what was written down before it: always, and twice is harmless."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.chaos.policy.intent import NOTE, from_values
from functions.core.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.chaos.policy.intent import Intent
    from functions.chaos.ports import FaultPorts, Intents


class Undone(NamedTuple):
    """What an undo came to.

    Attributes:
        run: The run; empty when there was nothing to undo.
        failed: What could not be taken away, a sentence each.
        leftovers: What still bears the run's name; None when the search gave no answer.
    """

    run: str = ""
    failed: tuple[str, ...] = ()
    leftovers: tuple[str, ...] | None = ()

    @property
    def is_clean(self) -> bool:
        """Whether everything is known to be gone."""
        return not self.failed and self.leftovers == ()


def undo(ports: FaultPorts, table: Intents, *, environment: str) -> Undone:
    """Takes away what the written intent names: the fault first, then what stopped it.

    One step's failure ends none of the others. The intent is forgotten only when nothing is left, so whoever
    comes next, the reaper included, goes on here.

    Raises:
        PermanentError: The intent cannot be read.
    """
    note = table.recall(environment).note(NOTE)
    if not note.values:
        return Undone()
    intent = from_values(note.values)
    failed = take_away(ports, intent)
    try:
        leftovers: tuple[str, ...] | None = ports.leftovers(intent.run)
    except OpsError as error:
        failed, leftovers = (*failed, f"the search for leftovers gave no answer: {error}"), None
    found = Undone(intent.run, failed, leftovers)
    if found.is_clean:
        table.delete_note(environment, NOTE, over=note.revision)
    return found


def take_away(ports: FaultPorts, intent: Intent) -> tuple[str, ...]:
    """Takes away the fault, the prober and the alarms; returns what could not be, a sentence each."""
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("the fault", lambda: ports.remove(intent.run)),
        ("the prober", lambda: ports.stop_prober(intent.run)),
        ("the alarms", lambda: ports.delete_alarms(intent.alarms)),
    )
    failed = []
    for what, step in steps:
        try:
            step()
        except OpsError as error:
            failed.append(f"{what} could not be taken away: {error}")
    return tuple(failed)
