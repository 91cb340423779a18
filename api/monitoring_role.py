"""`python -m api.monitoring_role`: makes sure of the database's role that Prometheus' exporter signs in as.

The role `monitoring` reads statistics and nothing else. The job runs before each release and changes nothing
that is as it should be, so that a password changed in Secrets Manager is in force after the next run.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import os
import secrets
import sys
from typing import Final

import asyncpg

ROLE: Final = "monitoring"
EXTENSION: Final = "pg_stat_statements"
CONNECTIONS: Final = 5
"""What the role may hold open: the exporter uses one or two; a leak there must not cost the API its own."""

ITERATIONS: Final = 4096
"""PostgreSQL's own number (scram_iterations)."""


def verifier(password: str, salt: bytes) -> str:
    """Returns what PostgreSQL keeps of a password under SCRAM-SHA-256 (RFC 5803).

    The server logs every statement that changes a role; in this form the password itself never leaves here.
    """
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, client_text, server_text = (base64.b64encode(part).decode() for part in (salt, client, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt_text}${client_text}:{server_text}"


async def ensure(url: str, password: str) -> bool:
    """Makes the role, or gives an existing one its password and rights again.

    Args:
        url: of the database that is watched, as a user who may make roles.
        password: the role's.

    Returns:
        Whether the server can count statements; False where it has no pg_stat_statements.

    Raises:
        asyncpg.PostgresError: the user may not do this.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        async with connection.transaction():
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE):
                await connection.execute(f"CREATE ROLE {ROLE}")
            kept = verifier(password, secrets.token_bytes(16))
            await connection.execute(
                f"ALTER ROLE {ROLE} LOGIN CONNECTION LIMIT {CONNECTIONS} PASSWORD '{kept}'"
            )
            await connection.execute(f"GRANT pg_monitor TO {ROLE}")
        known = await connection.fetchval("SELECT 1 FROM pg_available_extensions WHERE name = $1", EXTENSION)
        if known:
            await connection.execute(f"CREATE EXTENSION IF NOT EXISTS {EXTENSION}")
        return bool(known)
    finally:
        await connection.close()


def main() -> int:
    """Makes sure of the role that DATABASE_URL and MONITORING_PASSWORD describe.

    Returns:
        0; 1 when the server refused; 2 when a variable is missing.
    """
    url, password = os.environ.get("DATABASE_URL"), os.environ.get("MONITORING_PASSWORD")
    if not url or not password:
        sys.stderr.write(
            "DATABASE_URL and MONITORING_PASSWORD must be set: the server, and the role's password\n"
        )
        return 2
    try:
        counts = asyncio.run(ensure(url, password))
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        sys.stderr.write(
            f"the role {ROLE} could not be made: {error!r}; DATABASE_URL must name a user who may\n"
        )
        return 1
    sys.stdout.write(f"the role {ROLE} may read statistics\n")
    if not counts:
        sys.stdout.write(f"this server has no {EXTENSION}: the board of slow statements stays empty\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
