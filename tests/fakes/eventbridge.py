"""A bus that keeps what was put on it."""

from collections.abc import Mapping


class FakeAnnouncer:
    """Keeps events."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Mapping[str, object]]] = []
        self.sources: list[str] = []

    def announce(self, capability: str, what: str, detail: Mapping[str, object]) -> None:
        self.sources.append(capability)
        self.events.append((what, detail))
