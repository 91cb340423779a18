"""The database's roles for those who serve: each may do what its statements do, and owns nothing.

`python -m api.migrations upgrade` makes them as the database's owner, after the tables, when API_PASSWORD and
WORKER_PASSWORD are set. Who takes over the API can then neither drop nor create a table, read a role, nor
write the history of migrations; who takes over the worker cannot read a password's hash or write a task.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple

import asyncpg

from api.monitoring_role import verifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

API: Final = "task_api"
WORKER: Final = "task_worker"


class Grant(NamedTuple):
    """Rights on one table or function, or on some columns; `columns` empty is the whole of it."""

    rights: str
    table: str
    columns: str = ""

    @property
    def sql(self) -> str:
        """What stands between GRANT and TO, and between REVOKE and FROM."""
        columns = f" ({self.columns})" if self.columns else ""
        rights = ", ".join(right + columns for right in self.rights.split(", "))
        return f"{rights} ON {self.table}"


GRANTS: Final[Mapping[str, tuple[Grant, ...]]] = {
    API: (
        Grant("SELECT", "alembic_version"),
        Grant("SELECT, INSERT", "users"),
        Grant("UPDATE", "users", "password_hash, updated_at"),
        Grant("SELECT, INSERT, UPDATE, DELETE", "tasks"),
        Grant("SELECT, INSERT, UPDATE", "idempotency_keys"),
        Grant("SELECT, INSERT", "jobs"),
        Grant("UPDATE", "jobs", "state, run_at, attempts, finished_at"),
        Grant("USAGE", "SEQUENCE users_id_seq"),
        Grant("USAGE", "SEQUENCE tasks_id_seq"),
    ),
    WORKER: (
        Grant("SELECT", "tasks", "id, user_id, title, status, due_date"),
        # To lock a row against a change is to PostgreSQL a right to change: of the column that says least.
        Grant("UPDATE", "tasks", "updated_at"),
        Grant("SELECT, INSERT", "reminders"),
        Grant("SELECT, INSERT, UPDATE, DELETE", "jobs"),
        Grant("SELECT, INSERT, DELETE", "heartbeats"),
        Grant("UPDATE", "heartbeats", "written_at"),
        Grant("EXECUTE", "FUNCTION heartbeat_counts()"),
        Grant("SELECT", "idempotency_keys", "user_id, key, created_at"),
        Grant("DELETE", "idempotency_keys"),
        Grant("UPDATE", "idempotency_keys", "created_at"),
    ),
}


async def ensure(url: str, passwords: Mapping[str, str]) -> None:
    """Makes each role, or gives an existing one its password and exactly its rights again.

    Args:
        url: of the database, as the owner of its tables, who may make roles.
        passwords: by role; a role without one is left as it is.

    Raises:
        asyncpg.PostgresError: the user may not do this.
    """
    connection = await asyncpg.connect(url, timeout=10)
    try:
        async with connection.transaction():
            for role, password in passwords.items():
                if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                    await connection.execute(f"CREATE ROLE {role}")
                kept = verifier(password, secrets.token_bytes(16))
                await connection.execute(f"ALTER ROLE {role} LOGIN PASSWORD '{kept}'")
                for statement in _rights(role):
                    await connection.execute(statement)
    finally:
        await connection.close()


def _rights(role: str) -> Iterator[str]:
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    for grant in GRANTS[role]:
        yield f"GRANT {grant.sql} TO {role}"
