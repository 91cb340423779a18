"""Limits by GCRA: a smooth quota per minute with one number of state per key.

Redis counts for all replicas together (`gate.lua`). While it is gone each replica counts for itself with the
same arithmetic, so a limit holds per replica instead of not at all: fail open, but not without a fence.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from api.addresses import SITE_SHARE, caller_of, site_of
from api.errors import QUOTA_EXCEEDED, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

    from api.clock import Clock
    from api.settings import Settings

WINDOW_S: Final = 60
MAX_LOCAL_KEYS: Final = 10_000
"""Keys that one replica counts by itself; beyond it forgets them all rather than grow."""


class Limit(NamedTuple):
    """A quota of something within a window, a minute if nothing else is said."""

    name: str
    quota: int
    subject: str
    window_s: int = WINDOW_S

    @property
    def key(self) -> str:
        """The key in Redis; what a caller typed is hashed, so that it can neither be read nor be long."""
        return _key(self.name, self.subject)


@lru_cache(maxsize=4096)
def _key(name: str, subject: str) -> str:
    digest = hashlib.blake2b(subject.encode("utf-8", "replace"), digest_size=12).hexdigest()
    return f"limit:{name}:{digest}"


class Counted(NamedTuple):
    """The limits that a request is counted against, and the words in which `gate.lua` is told of them."""

    limits: tuple[Limit, ...]
    keys: tuple[str, ...]
    arguments: tuple[int, ...]


def limits_of(settings: Settings, scope: Scope, user_id: int | None) -> Counted:
    """Returns what a request is counted against, the tightest first; without a user its address alone."""
    return _limits(settings.user_limit, settings.ip_limit, user_id, caller_of(scope), site_of(scope))


@lru_cache(maxsize=4096)
def _limits(user_limit: int, ip_limit: int, user_id: int | None, caller: str, site: str | None) -> Counted:
    limits = [Limit("ip", ip_limit, caller)]
    if site:
        limits.append(Limit("site", SITE_SHARE * ip_limit, site))
    if user_id is not None:
        limits.insert(0, Limit("user", user_limit, str(user_id)))
    return counted(limits)


def counted(limits: Sequence[Limit]) -> Counted:
    """Returns the limits with what Redis is told of them."""
    arguments = [number for limit in limits for number in (limit.window_s * 1_000_000, limit.quota)]
    return Counted(tuple(limits), tuple(limit.key for limit in limits), tuple(arguments))


class Allowance(NamedTuple):
    """What a limit says to one request."""

    limit: Limit
    remaining: int
    reset_s: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Returns the header fields of draft-ietf-httpapi-ratelimit-headers-10."""
        name, quota, _, window_s = self.limit
        return [
            (b"ratelimit-policy", f'"{name}";q={quota};w={window_s}'.encode()),
            (b"ratelimit", f'"{name}";r={self.remaining};t={self.reset_s}'.encode()),
        ]


def too_many(limit: Limit, wait_s: float) -> Problem:
    """Returns the 429 of a limit that refuses for `wait_s` more seconds."""
    seconds = max(1, math.ceil(wait_s))
    return Problem(
        429,
        f"This is more than {limit.quota} in {limit.window_s} s. Come again in {seconds} s.",
        kind=QUOTA_EXCEEDED,
        headers={
            "Retry-After": str(seconds),
            "RateLimit-Policy": f'"{limit.name}";q={limit.quota};w={limit.window_s}',
            "RateLimit": f'"{limit.name}";r=0;t={seconds}',
        },
        **{"violated-policies": [limit.name]},
    )


class LocalLimiter:
    """Counts in this process alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._arrivals: dict[str, float] = {}

    def admit(self, limits: Sequence[Limit]) -> list[Allowance]:
        """Counts one request against every limit, or against none if one refuses.

        Raises:
            Problem: 429, of the limit that refuses for longest.
        """
        now = self._clock()
        if len(self._arrivals) > MAX_LOCAL_KEYS:
            self._arrivals.clear()
        arrivals = [max(self._arrivals.get(limit.key, 0.0), now) for limit in limits]
        waits = [
            arrival + limit.window_s / limit.quota - limit.window_s - now
            for limit, arrival in zip(limits, arrivals, strict=True)
        ]
        if waits and max(waits) > 0:
            raise too_many(limits[waits.index(max(waits))], max(waits))
        allowances = []
        for limit, arrival in zip(limits, arrivals, strict=True):
            step = limit.window_s / limit.quota
            self._arrivals[limit.key] = arrival + step
            ahead = arrival + step - now
            allowances.append(
                Allowance(limit, max(0, int((limit.window_s - ahead) / step)), math.ceil(ahead))
            )
        return allowances
