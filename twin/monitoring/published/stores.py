"""What RDS and ElastiCache publish: connections out of the API's pools, and the cache's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.published.situation import metric, value

if TYPE_CHECKING:
    from twin.monitoring.published.situation import Published, Situation

CACHE_PERCENT = 20.0
"""How full the cache usually is; chosen."""


def database(situation: Situation) -> Published:
    """Yields the open connections; a database that is not there publishes nothing."""
    held = None
    if situation.facts.database:
        pools = load.connections(situation.requests, len(situation.serving))
        held = min(pools + situation.strain.connections, load.TAKEN_AT_MOST)
    names = {"DBInstanceIdentifier": situation.watched.database}
    yield metric("AWS/RDS", "DatabaseConnections", **names), value(held)


def cache(situation: Situation) -> Published:
    """Yields how full the cache is, in percent."""
    given = situation.strain.cache_percent
    percent = CACHE_PERCENT if given is None else given
    name = metric("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", CacheClusterId=situation.watched.cache)
    yield name, value(percent)
