"""Access lines, rendered and written in one go a few times a second instead of once per request."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final

import orjson

from api.trace import current

if TYPE_CHECKING:
    from api.clock import Clock

FLUSH_EVERY_S: Final = 0.25
MAX_LINES: Final = 10_000
"""Lines held while standard output does not take them; more are dropped, and the number dropped is logged."""


class AccessLog:
    """Holds lines until the next flush."""

    def __init__(self, clock: Clock, *, enabled: bool) -> None:
        self._clock = clock
        self._enabled = enabled
        self._lines: list[dict[str, Any]] = []
        self._dropped = 0

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        """Holds one line for the next flush; no query, no header, no body: those may hold secrets."""
        if not self._enabled:
            return
        if len(self._lines) >= MAX_LINES:
            self._dropped += 1
            return
        trace = current()
        caller = {"caller_trace_id": trace.caller} if trace and trace.caller else {}
        self._lines.append(
            {
                "event": "request",
                "level": "info",
                "time": self._clock(),
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 2),
                "trace_id": trace.trace_id if trace else None,
                "span_id": trace.span_id if trace else None,
                **caller,
            }
        )

    def flush(self) -> None:
        """Writes what is held."""
        if not self._lines:
            return
        lines, self._lines = self._lines, []
        if self._dropped:
            lines.append({"event": "access lines dropped", "level": "warning", "number": self._dropped})
            self._dropped = 0
        sys.stdout.write(
            b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines).decode()
        )
        sys.stdout.flush()

    async def flush_forever(self) -> None:
        """Flushes until cancelled; in a thread, because a full pipe must not stop the event loop."""
        while True:
            await asyncio.sleep(FLUSH_EVERY_S)
            await asyncio.to_thread(self.flush)
