"""Sessions that this replica knows to have ended: what Redis said stays said while Redis is gone.

Without Redis nobody can be asked whether a session lives, and refusing everybody would make each blip of a
cache an outage. So tokens go on, except those whose session ended here, or was found to be gone here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from api.clock import Clock

MOST: Final = 50_000
"""Sessions remembered at once; then the oldest is forgotten. A hundred bytes each."""


class EndedSessions:
    """Remembers ids of sessions for as long as a token of theirs may live.

    Args:
        life_s: the life of an access token, in seconds.
        clock: seconds that only go forward.
    """

    def __init__(self, *, life_s: float, clock: Clock) -> None:
        self._life_s = life_s
        self._clock = clock
        self._until: dict[str, float] = {}

    def add(self, *sessions: str) -> None:
        """Remembers that these have ended."""
        now = self._clock()
        for session in sessions:
            self._until.pop(session, None)
            self._until[session] = now + self._life_s
        while self._until:
            oldest = next(iter(self._until))
            if len(self._until) <= MOST and self._until[oldest] > now:
                return
            del self._until[oldest]

    def knows(self, session: str) -> bool:
        """Returns whether this session is known to have ended."""
        return self._until.get(session, 0.0) > self._clock()
