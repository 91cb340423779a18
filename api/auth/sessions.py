"""Sessions in Redis: who is signed in where, until when, and which refresh token comes next.

A session is a family of refresh tokens. Each renewal moves its generation on. A token that was used before
means that two hold it, its owner and a thief, and nobody can say which is which: the family ends. Not so for
`grace_s` seconds after its first use, because two tabs that renew at once, and a client that lost the answer
and asks again, look just the same; each of them gets a token of the newest generation. Those tokens are
twins: the first of them that is used when it is older than `grace_s` makes the use of any other the end of
the family.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from api.auth.ended import EndedSessions
from api.auth.session_scripts import END, END_SOME, LIST, OPEN, REMEMBER, RENEW
from api.clock import Clock, steady_clock
from api.redis_link import RedisUnavailableError

if TYPE_CHECKING:
    from api.auth.tokens import Claims
    from api.redis_link import RedisLink
    from api.settings import Settings

REUSED: Final = -2
GONE: Final = -1


class Session(NamedTuple):
    """A session as its owner sees it; moments are seconds since 1970."""

    id: str
    device: str
    ip: str
    created_at: int
    seen_at: int


class Sessions:
    """Opens, renews, lists and ends sessions.

    Every method raises RedisUnavailableError when Redis does not answer: a session that cannot be written
    down or taken back must not be promised.

    Attributes:
        ended: those that are known here to have ended, for the time when Redis cannot be asked.
    """

    def __init__(self, redis: RedisLink, settings: Settings, clock: Clock = steady_clock) -> None:
        self.ended = EndedSessions(life_s=settings.access_token_s, clock=clock)
        self._redis = redis
        self._unused_s = settings.refresh_token_s
        self._whole_s = settings.session_s
        self._grace_ms = int(settings.refresh_grace_s * 1000)
        self._of_a_user = settings.user_sessions

    async def open(self, user_id: int, *, device: str, ip: str, now: float) -> str:
        """Opens a session and returns its id; of too many the ones that were used longest ago end."""
        session = secrets.token_urlsafe(16)
        life_s = min(self._unused_s, self._whole_s)
        arguments = [user_id, session, device[:200], ip, int(now), life_s, self._of_a_user]
        self.ended.add(*_ids(await self._redis.run(OPEN, _keys(user_id, session), arguments)))
        return session

    async def renew(self, claims: Claims, *, now: float) -> int:
        """Returns the generation of the token that follows this one; GONE or REUSED if none does."""
        token = [claims.user_id, claims.session, claims.generation, claims.token, int(claims.issued * 1000)]
        limits = [int(now * 1000), self._grace_ms, self._unused_s, self._whole_s]
        answer = int(await self._redis.run(RENEW, _keys(claims.user_id, claims.session), [*token, *limits]))
        if answer in {GONE, REUSED}:
            self.ended.add(claims.session)
        return answer

    async def remember(self, user_id: int, caller: str) -> None:
        """Remembers that this user signed in from there; of too many any one is forgotten."""
        await self._redis.run(REMEMBER, [f"callers:{user_id}"], [_short(caller)])

    async def remembers(self, user_id: int, caller: str) -> bool:
        """Returns whether this user signed in from there lately; False if Redis does not answer."""
        try:
            return bool(await self._redis.call("SISMEMBER", f"callers:{user_id}", _short(caller)))
        except RedisUnavailableError:
            return False

    async def end(self, user_id: int, session: str) -> bool:
        """Ends one session of this user; returns False if the user has no such session."""
        was_theirs = bool(await self._redis.run(END, _keys(user_id, session), [user_id, session]))
        if was_theirs:
            self.ended.add(session)
        return was_theirs

    async def end_all(self, user_id: int, *, but: str = "") -> int:
        """Ends every session of this user except `but`, and returns how many."""
        ended = 0
        while gone := _ids(await self._redis.run(END_SOME, [f"sessions:{user_id}"], [but])):
            self.ended.add(*gone)
            ended += len(gone)
        return ended

    async def list(self, user_id: int) -> list[Session]:
        """Returns this user's sessions, the latest used first."""
        found: list[list[Any]] = await self._redis.run(LIST, [f"sessions:{user_id}"], [])
        sessions = [
            Session(id_.decode(), device.decode("utf-8", "replace"), ip.decode(), int(created), int(seen))
            for id_, device, ip, created, seen in found
        ]
        return sorted(sessions, key=lambda session: (-session.seen_at, session.id))


def _ids(answer: list[bytes]) -> list[str]:
    return [id_.decode() for id_ in answer]


def _short(caller: str) -> str:
    return hashlib.blake2b(caller.encode(), digest_size=8).hexdigest()


def _keys(user_id: int, session: str) -> list[str]:
    return [f"session:{session}", f"sessions:{user_id}"]
