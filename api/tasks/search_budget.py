"""What one user's searches may cost PostgreSQL: so many at once, and so much time in a minute.

A search is the one request whose cost the caller chooses: many words, long texts, a phrase that is nowhere.
Its cost is counted as its user's, a 429, and never as PostgreSQL's failure. Each replica counts for itself.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from api.database_errors import CostlyStatementError
from api.errors import QUOTA_EXCEEDED, Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from api.clock import Clock
    from api.settings import Settings

WINDOW_S: Final = 60.0
MOST_REMEMBERED: Final = 10_000
"""Users whose time is counted; beyond it the one who searched longest ago is forgotten."""


class SearchBudget:
    """Admits searches and counts their time.

    Args:
        settings: the bounds, and the size of the pool that searches share with everything else.
        clock: seconds that only go forward.
        on_refusal: called for each refused search, for a counter.
    """

    def __init__(self, settings: Settings, *, clock: Clock, on_refusal: Callable[[], None]) -> None:
        self._at_once = settings.user_searches
        self._growth = WINDOW_S / settings.user_search_s
        self._clock = clock
        self._on_refusal = on_refusal
        self._running: Counter[int] = Counter()
        self._spent_until: dict[int, float] = {}
        # Half of the connections stay for those who do not search.
        self._places = asyncio.Semaphore(max(1, settings.pool_size // 2))

    @asynccontextmanager
    async def of(self, user_id: int) -> AsyncIterator[None]:
        """Counts the time of the block as this user's search.

        Raises:
            Problem: 429 if this user searches too much, or the search itself takes too long.
        """
        now = self._clock()
        ahead = self._spent_until.get(user_id, now) - now
        if self._running[user_id] >= self._at_once:
            raise self._refusal(f"More than {self._at_once} searches of yours are under way.", 1)
        if ahead >= WINDOW_S:
            raise self._refusal(
                "Your searches took all of their time in this minute.", int(ahead - WINDOW_S) + 1
            )
        self._running[user_id] += 1
        try:
            async with self._places:
                began = self._clock()
                try:
                    yield
                finally:
                    self._spend(user_id, self._clock() - began)
        except CostlyStatementError:
            raise self._refusal("This search takes too long: ask for fewer or rarer words.", 5) from None
        finally:
            self._running[user_id] -= 1
            if not self._running[user_id]:
                del self._running[user_id]

    def _spend(self, user_id: int, seconds: float) -> None:
        now = self._clock()
        until = max(self._spent_until.pop(user_id, now), now)
        self._spent_until[user_id] = until + seconds * self._growth
        if len(self._spent_until) > MOST_REMEMBERED:
            del self._spent_until[next(iter(self._spent_until))]

    def _refusal(self, detail: str, wait_s: int) -> Problem:
        self._on_refusal()
        headers = {"Retry-After": str(wait_s)}
        return Problem(429, detail, kind=QUOTA_EXCEEDED, headers=headers, **{"violated-policies": ["search"]})
