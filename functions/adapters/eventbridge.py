"""Toban's own event bus through EventBridge."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.adapters.aws_errors import translated
from functions.core.errors import TemporaryError
from functions.core.names import event_source

if TYPE_CHECKING:
    from collections.abc import Mapping


class EventBridgeAnnouncer:
    """Puts events on one bus."""

    def __init__(self, *, events: Any, bus: str) -> None:
        """Remembers boto3's client and the bus's name."""
        self._events = events
        self._bus = bus

    def announce(self, capability: str, what: str, detail: Mapping[str, object]) -> None:
        """Puts one event of a capability; `what` becomes its detail type.

        Raises:
            TemporaryError: The bus did not take it.
        """
        entry = {
            "EventBusName": self._bus,
            "Source": event_source(capability),
            "DetailType": what,
            "Detail": json.dumps(detail, default=str),
        }
        with translated(f"putting the event {what} on bus {self._bus}"):
            answer = self._events.put_events(Entries=[entry])
        # PutEvents answers 200 even when it took nothing.
        if answer["FailedEntryCount"]:
            failed = answer["Entries"][0]
            raise TemporaryError(
                f"Bus {self._bus} did not take {what}: {failed.get('ErrorCode')} {failed.get('ErrorMessage')}"
            )
