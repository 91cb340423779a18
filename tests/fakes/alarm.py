"""An alarm in memory: keeps what it was asked to ring for."""

from functions.core.control import Audience


class FakeAlarm:
    """Keeps who should have been told of what."""

    def __init__(self) -> None:
        self.rung: list[tuple[Audience, str]] = []

    def untold(self, to: Audience, sentence: str) -> None:
        self.rung.append((to, sentence))
