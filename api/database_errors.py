"""The two errors that everything becomes which PostgreSQL and the network can do to a connection."""

from __future__ import annotations

from typing import Final

import asyncpg

LOST: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # one that PostgreSQL ended a moment ago, which does not know it yet
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,  # a rotated password, until the new one has arrived here
    asyncpg.ReadOnlySQLTransactionError,  # the old primary after a failover: reconnecting finds the new one
)
"""What asyncpg raises when a connection is gone, cannot be made, or leads to the wrong server."""


class DatabaseUnavailableError(Exception):
    """PostgreSQL did not answer in time or at all; nothing is known about an unfinished write."""


class CostlyStatementError(Exception):
    """PostgreSQL gave a statement up whose cost is its caller's own: it is there, and others go on."""


class DeadConnectionError(DatabaseUnavailableError):
    """The connection broke while it was lent out."""
