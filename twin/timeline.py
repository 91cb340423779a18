"""What happened in the twin, when and why: the one record that the terminal, the report and the tests read.

Entries are kept in the order in which they happened. The same scenario and seed give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Listener = Callable[[str, str, str, str], None]
"""Hears that something happened: its kind, subject, what and why, as `Timeline.record` takes them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    Attributes:
        at: The virtual instant, aware, in UTC.
        kind: What sort of thing it is: `schedule`, `machine`, `step`, `decision`, `nodegroup`, `node`, `pod`,
            `database`, `event`, `alarm`, `notice`, `page`, `delivery`, `fault` or `expectation`.
        subject: Who it happened to, for instance `dev/primary` or `toban-dev-night-scaling`.
        what: What happened, as a short phrase.
        why: The reason, in words; empty where there is none beyond `what`.
        run: The name of the machine's execution that it belongs to; empty outside one.
    """

    at: datetime
    kind: str
    subject: str
    what: str
    why: str = ""
    run: str = ""

    def as_json(self) -> str:
        """Returns the entry as one line of JSON, keys in a fixed order."""
        return json.dumps(
            {
                "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "kind": self.kind,
                "subject": self.subject,
                "what": self.what,
                "why": self.why,
                "run": self.run,
            },
            ensure_ascii=False,
        )


class Timeline:
    """Collects entries and hands each to whoever listens, as it happens.

    Args:
        now: Tells the virtual instant; called once per entry.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: list[Entry] = []
        self._listeners: list[Callable[[Entry], None]] = []

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def record(self, kind: str, subject: str, what: str, why: str = "", run: str = "") -> None:
        """Notes that something happened now."""
        entry = Entry(at=self._now(), kind=kind, subject=subject, what=what, why=why, run=run)
        self._entries.append(entry)
        for listener in self._listeners:
            listener(entry)

    def forget(self) -> None:
        """Forgets what happened so far; who listens has heard it."""
        self._entries.clear()

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Calls `listener` with every entry from now on."""
        self._listeners.append(listener)

    def of(self, *kinds: str, subject: str | None = None) -> list[Entry]:
        """Returns the entries of these kinds, in order; `subject` of None means everybody's."""
        return [entry for entry in self._entries if entry.kind in kinds and subject in (None, entry.subject)]

    def write(self, path: Path) -> None:
        """Writes the timeline as JSON lines, one entry a line, making the folder when it is missing."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{entry.as_json()}\n" for entry in self._entries), encoding="utf-8")
