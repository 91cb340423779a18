"""A bus that keeps what was put on it."""

from collections.abc import Mapping


class FakeAnnouncer:
    """Keeps events."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Mapping[str, object]]] = []

    def announce(self, what: str, detail: Mapping[str, object]) -> None:
        self.events.append((what, detail))
