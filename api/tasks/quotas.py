"""What one user may keep: tasks, their texts, and answers kept for Idempotency-Keys.

PostgreSQL is asked how much there is, once in a minute for each user who writes; in between what is added is
counted here. So the bound is exact for one replica and passed by a minute's writes at most where there are
several: it keeps the tables finite, it is no price list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from api.errors import QUOTA_EXCEEDED, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from api.clock import Clock
    from api.database import Database

TRUSTED_S: Final = 60.0
"""How long a count is taken as the truth while there is room."""
DOUBTED_S: Final = 1.0
"""How long it is when there is none: whoever deleted something need not wait."""
MOST_REMEMBERED: Final = 10_000

TASKS: Final = """
SELECT count(*) AS rows,
    COALESCE(sum(octet_length(title) + COALESCE(octet_length(description), 0)), 0) AS bytes
FROM tasks WHERE user_id = $1
"""
KEYS: Final = """
SELECT count(*) AS rows, COALESCE(sum(pg_column_size(response)), 0) AS bytes
FROM idempotency_keys WHERE user_id = $1
"""


class _Count(NamedTuple):
    at: float
    rows: int
    bytes: int


class Quota:
    """Bounds what a user has in one table.

    Args:
        statement: returns `rows` and `bytes` of user `$1`.
        rows: the most rows.
        size: the most bytes.
        refusal: the sentence of the 403.
        clock: seconds that only go forward.
        on_refusal: called for each refused write, for a counter.
    """

    def __init__(
        self,
        statement: str,
        *,
        rows: int,
        size: int,
        refusal: str,
        clock: Clock,
        on_refusal: Callable[[], None],
    ) -> None:
        self._statement = statement
        self._rows = rows
        self._size = size
        self._refusal = refusal
        self._clock = clock
        self._on_refusal = on_refusal
        self._counts: dict[int, _Count] = {}

    async def admit(self, database: Database, user_id: int, *, rows: int, size: int) -> None:
        """Counts what is about to be written.

        Raises:
            Problem: 403 if it is more than the user may have.
        """
        count = await self._count(database, user_id, TRUSTED_S)
        if not self._fits(count, rows, size):
            count = await self._count(database, user_id, DOUBTED_S)
        if not self._fits(count, rows, size):
            self._on_refusal()
            raise Problem(403, self._refusal, kind=QUOTA_EXCEEDED)
        self._counts[user_id] = _Count(count.at, count.rows + rows, count.bytes + size)

    def _fits(self, count: _Count, rows: int, size: int) -> bool:
        return count.rows + rows <= self._rows and count.bytes + size <= self._size

    async def _count(self, database: Database, user_id: int, trusted_s: float) -> _Count:
        known = self._counts.get(user_id)
        now = self._clock()
        if known is not None and now - known.at < trusted_s:
            return known
        [row] = await database.fetch(self._statement, user_id)
        count = _Count(now, row["rows"], int(row["bytes"]))
        self._counts.pop(user_id, None)
        self._counts[user_id] = count
        if len(self._counts) > MOST_REMEMBERED:
            del self._counts[next(iter(self._counts))]
        return count
