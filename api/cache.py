"""The response cache: an answer counts as fresh while its user's version is the one it was made under.

A write moves the version after its commit, so an answer read before it can never be stored as fresh after it.
What is no longer fresh is kept until its time is up, because it is still better than no answer while
PostgreSQL is gone. If moving the version fails, this replica serves that user from PostgreSQL until it
succeeds; other replicas may serve an answer up to `cache_s` old.

All users together share a fixed number of places, so what may be lost never crowds out the sessions that lie
in the same Redis. Long answers travel on a line of their own: they hold up nobody's question whether a token
still lives.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

from api.answer_places import MARK_BYTES, Place
from api.redis_link import RedisLink, RedisUnavailableError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

VERSION_S: Final = 86_400
"""Life of a user's version, in seconds: a day, far longer than any answer made under it."""
MAX_PENDING: Final = 10_000
"""Users remembered because their version could not be moved; beyond it others may see old answers."""


class Answer(NamedTuple):
    """A successful body, the tag that names it, and its Link and Last-Modified, empty if it has none."""

    etag: str
    link: str
    modified: str
    body: bytes

    def pack(self, version: bytes) -> bytes:
        """Returns the answer as bytes, with the version that it was made under."""
        return b"\n".join(
            (version, self.etag.encode(), self.link.encode(), self.modified.encode(), self.body)
        )


def unpack(packed: bytes) -> tuple[bytes, Answer]:
    """Returns version and answer from what `Answer.pack` returned."""
    version, etag, link, modified, body = fields_of(packed)
    return version, Answer(etag.decode(), link.decode(), modified.decode(), body)


def fields_of(packed: bytes) -> list[bytes]:
    """Returns mark, tag, Link, Last-Modified and body from what `Answer.pack` returned."""
    return packed.split(b"\n", 4)


class Slot(NamedTuple):
    """Where the answer to this request may be stored, under which version, and what lay there before.

    Attributes:
        before: the entry as far as it came with the gate's question; it lay in the first of `ways`.
        ways: numbers of the place's keys as digits, the one to take first in front.
    """

    place: Place
    version: bytes
    before: bytes
    ways: bytes


class ResponseCache:
    """Versions, entries and the flights under way.

    Args:
        redis: the line on which tokens and limits are decided; versions are moved on it.
        heavy: a line for entries alone.
        life_s: how long an answer is kept; 0 keeps none.
    """

    def __init__(self, redis: RedisLink, heavy: RedisLink, *, life_s: int) -> None:
        self._redis = redis
        self._heavy = heavy
        self.life_s = life_s
        self._pending: set[int] = set()
        self._flights: dict[bytes, asyncio.Task[Answer]] = {}
        self._storing: set[asyncio.Task[None]] = set()

    def version_key(self, user_id: int) -> str:
        """Returns the key of a user's version."""
        return f"version:{user_id}"

    async def usable_for(self, user_id: int) -> bool:
        """Returns whether this user's version can be trusted; moves it first if that failed before."""
        if self.life_s == 0:
            return False
        if user_id in self._pending:
            await self.invalidate(user_id)
        return user_id not in self._pending

    async def invalidate(self, user_id: int) -> None:
        """Makes all answers of a user stale; called after the commit of every change."""
        try:
            await self._redis.call("SET", self.version_key(user_id), secrets.token_hex(8), "EX", VERSION_S)
            self._pending.discard(user_id)
        except RedisUnavailableError:
            if len(self._pending) < MAX_PENDING:
                self._pending.add(user_id)

    async def get_or_produce(self, slot: Slot, produce: Callable[[], Awaitable[Answer]]) -> Answer:
        """Returns the answer, produced once for all who ask the same at the same time, and stores it."""
        flight = slot.place.mark(slot.version)
        task = self._flights.get(flight)
        if task is None:
            task = asyncio.create_task(self._produce(slot, produce))
            self._flights[flight] = task
            task.add_done_callback(lambda _: self._flights.pop(flight, None))
        return await asyncio.shield(task)

    async def fresh(self, slot: Slot) -> bytes | None:
        """Returns the whole entry if it was made under this version; None if not, or if it cannot be had."""
        mark = slot.place.mark(slot.version) + b"\n"
        if not slot.before.startswith(mark):
            return None
        if len(slot.before) != MARK_BYTES:
            return slot.before  # it came as a whole
        whole = await self._whole(slot)
        return whole if whole.startswith(mark) else None

    async def stale(self, slot: Slot) -> Answer | None:
        """Returns what lay there before, however old; None if nothing of this request did."""
        found = slot.before if len(slot.before) != MARK_BYTES else await self._whole(slot)
        return unpack(found)[1] if slot.place.owns(found) else None

    async def wait_until_stored(self) -> None:
        """Waits until every answer at hand is stored or given up: Lambda freezes the process next."""
        await asyncio.gather(*self._storing)

    async def _whole(self, slot: Slot) -> bytes:
        """Returns the entry of which only the first bytes came; nothing if it cannot be had."""
        key = slot.place.keys[slot.ways[0] - ord("1")]
        try:
            return bytes(await self._heavy.call("GET", key) or b"")
        except RedisUnavailableError:
            return b""

    async def _produce(self, slot: Slot, produce: Callable[[], Awaitable[Answer]]) -> Answer:
        answer = await produce()
        packed = answer.pack(slot.place.mark(slot.version))
        key = slot.place.key_for(len(packed), slot.ways)
        if key is not None:
            storing = asyncio.create_task(self._store(key, packed))
            self._storing.add(storing)
            storing.add_done_callback(self._storing.discard)
        return answer

    async def _store(self, key: str, packed: bytes) -> None:
        # A spread of lives keeps answers that were made together from ending together.
        life_s = self.life_s + secrets.randbelow(max(1, self.life_s // 4))
        try:
            await self._heavy.call("SET", key, packed, "EX", life_s)
        except RedisUnavailableError:
            return
