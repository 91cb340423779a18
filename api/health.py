"""What this replica knows of itself, of PostgreSQL and of Redis, probed once a second.

A replica should get no requests while it drains, while the schema is older than the code, and while
PostgreSQL is gone. Redis is soft, because the API answers without it. One bad second does not take a replica
out: three bad probes in a row do.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import structlog

from api.database_errors import DatabaseUnavailableError
from api.migrations.history import revisions
from api.redis_link import RedisLink, RedisUnavailableError

if TYPE_CHECKING:
    from api.database import Database
    from api.mode import ModeSwitch

PROBE_EVERY_S: Final = 1.0
UNREADY_AFTER: Final = 3
"""Bad probes in a row that make a replica unready."""

log = structlog.get_logger(__name__)


@dataclass
class Hysteresis:
    """Turns bad after `UNREADY_AFTER` bad probes in a row, and good at the first good one."""

    good: bool = False
    _against: int = UNREADY_AFTER - 1

    def observe(self, *, good: bool) -> bool:
        """Takes one probe into account and returns the settled opinion."""
        self._against = 0 if good == self.good else self._against + 1
        if self._against >= UNREADY_AFTER or (good and self._against):
            self.good, self._against = good, 0
        return self.good


@dataclass
class Health:
    """What the last probes found."""

    mode: ModeSwitch
    database: Hysteresis = field(default_factory=Hysteresis)
    schema: str = "not seen yet"
    schema_fits: bool = False
    redis_answers: bool = True
    draining: bool = False
    started: bool = False

    def reasons(self) -> list[str]:
        """Returns why this replica should get no requests; an empty list means that it is ready."""
        found = []
        if self.draining:
            found.append("draining")
        if not self.database.good:
            found.append("PostgreSQL does not answer")
        if not self.schema_fits:
            found.append(f"the schema is older than the code: {self.schema}")
        return found

    def report(self) -> dict[str, Any]:
        """Returns the replica's state, for a person or a probe."""
        reasons = self.reasons()
        degraded = [] if self.redis_answers else ["Redis does not answer"]
        status = "unready" if reasons else "degraded" if degraded or self.mode.mode != "normal" else "ready"
        return {
            "status": status,
            "reasons": reasons + degraded,
            "mode": self.mode.mode,
            "schema": self.schema,
        }


class Prober:
    """Asks PostgreSQL and Redis once a second, so that `api.probes` answers at once and cannot hang."""

    def __init__(self, health: Health, database: Database, redis: RedisLink) -> None:
        self._health = health
        self._database = database
        self._redis = redis
        self._known = revisions()

    async def probe(self) -> None:
        """Asks both once and notes what came of it."""
        await self._probe_redis()
        try:
            revision = await self._database.probe()
        except DatabaseUnavailableError as error:
            was = self._health.database.good
            if was and not self._health.database.observe(good=False):
                log.warning("database lost", error=str(error))
            return
        self._health.database.observe(good=True)
        self._health.schema = revision or "none"
        # A revision unknown here was made by a newer release, which keeps the older one running.
        self._health.schema_fits = revision == self._known[-1] or (
            revision is not None and revision not in self._known
        )
        self._health.started = self._health.started or self._health.schema_fits

    async def _probe_redis(self) -> None:
        try:
            await self._redis.probe()
        except RedisUnavailableError:
            self._health.redis_answers = False
        else:
            self._health.redis_answers = True

    async def watch(self) -> None:
        """Probes once a second until cancelled, and keeps the pool full while PostgreSQL answers."""
        while True:
            await self.probe()
            if self._health.database.good:
                await self._database.pool.fill()
            await asyncio.sleep(PROBE_EVERY_S)
