"""Real PostgreSQL and Redis servers for a laptop, for tests and for benchmarks.

They listen on loopback alone, keep their data in one folder, run as an unprivileged user (PostgreSQL
refuses root), and end with the process that started them. Production never imports this package: there the
servers are RDS and ElastiCache.
"""

from __future__ import annotations

from api.servers.binaries import Binaries, debian, embedded
from api.servers.errors import ServerFailedError, ServerMissingError
from api.servers.pair import Pair, running
from api.servers.postgres import Postgres
from api.servers.redis import Redis

__all__ = [
    "Binaries",
    "Pair",
    "Postgres",
    "Redis",
    "ServerFailedError",
    "ServerMissingError",
    "debian",
    "embedded",
    "running",
]
