"""Sessions in Redis: one hash each, and a set of them for each user.

A session is a family of refresh tokens. Each renewal moves its generation; a token of an older generation was
used twice, by its owner and by a thief, and nobody can say which is which: the family ends.
"""

from __future__ import annotations

import secrets
from typing import Any, Final, NamedTuple

from api.redis_link import RedisLink, Script

REUSED: Final = -2
GONE: Final = -1
_OPEN: Final = Script("""
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'generation', 0, 'device', ARGV[3], 'ip', ARGV[4],
           'created', ARGV[5], 'seen', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[6])
""")
_RENEW: Final = Script("""
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then return -1 end
if generation ~= ARGV[1] then
    redis.call('DEL', KEYS[1])
    return -2
end
redis.call('HSET', KEYS[1], 'seen', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return redis.call('HINCRBY', KEYS[1], 'generation', 1)
""")
_END_ALL: Final = Script("""
local ended = 0
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if id ~= ARGV[1] then
        ended = ended + redis.call('DEL', 'session:' .. id)
        redis.call('SREM', KEYS[1], id)
    end
end
return ended
""")
_LIST: Final = Script("""
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    local session = redis.call('HMGET', 'session:' .. id, 'device', 'ip', 'created', 'seen')
    if session[3] then
        found[#found + 1] = {id, session[1], session[2], session[3], session[4]}
    else
        redis.call('SREM', KEYS[1], id)
    end
end
return found
""")


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
    """

    def __init__(self, redis: RedisLink, *, life_s: int) -> None:
        self._redis = redis
        self._life_s = life_s

    async def open(self, user_id: int, *, device: str, ip: str, now: float) -> str:
        """Opens a session and returns its id."""
        session = secrets.token_urlsafe(16)
        keys = [f"session:{session}", f"sessions:{user_id}"]
        await self._redis.run(_OPEN, keys, [user_id, session, device[:200], ip, int(now), self._life_s])
        return session

    async def renew(self, user_id: int, session: str, generation: int, *, now: float) -> int:
        """Moves the generation on and returns the new one; GONE or REUSED if there is nothing to renew."""
        keys = [f"session:{session}", f"sessions:{user_id}"]
        return int(await self._redis.run(_RENEW, keys, [generation, int(now), self._life_s]))

    async def end(self, user_id: int, session: str) -> bool:
        """Ends one session of this user; returns False if the user has no such session."""
        if not await self._redis.call("SREM", f"sessions:{user_id}", session):
            return False
        await self._redis.call("DEL", f"session:{session}")
        return True

    async def end_all(self, user_id: int, *, but: str = "") -> int:
        """Ends every session of this user except `but`, and returns how many."""
        return int(await self._redis.run(_END_ALL, [f"sessions:{user_id}"], [but]))

    async def list(self, user_id: int) -> list[Session]:
        """Returns this user's sessions, the latest used first."""
        found: list[list[Any]] = await self._redis.run(_LIST, [f"sessions:{user_id}"], [])
        sessions = [
            Session(id_.decode(), device.decode("utf-8", "replace"), ip.decode(), int(created), int(seen))
            for id_, device, ip, created, seen in found
        ]
        return sorted(sessions, key=lambda session: (-session.seen_at, session.id))
