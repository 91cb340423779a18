"""The rows of `users`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from api.database import Database

_COLUMNS = "id, username, email, created_at, updated_at"
_VALUES = "INSERT INTO users (username, email, password_hash) VALUES ($1, $2, $3)"
_ADD = f"{_VALUES} ON CONFLICT DO NOTHING RETURNING {_COLUMNS}"
_BY_ID = f"SELECT {_COLUMNS} FROM users WHERE id = $1"  # noqa: S608 - a constant


async def add(database: Database, username: str, email: str, password_hash: str) -> dict[str, Any] | None:
    """Adds an account and returns it; None if the name or the address is taken.

    That is no error to PostgreSQL, which would write the name and the address into its log.
    """
    rows = await database.write(_ADD, username, email, password_hash)
    return dict(rows[0]) if rows else None


async def by_name(database: Database, name: str) -> dict[str, Any] | None:
    """Returns the account of a name or, if there is an @ in it, of an address; None if there is none."""
    column = "email" if "@" in name else "username"
    row = await database.fetchrow(
        f"SELECT id, password_hash FROM users WHERE {column} = $1",  # noqa: S608 - one of two constants
        name.lower(),
    )
    return dict(row) if row else None


async def by_id(database: Database, user_id: int) -> dict[str, Any] | None:
    """Returns the account of an id, without its password's hash; None if there is none."""
    row = await database.fetchrow(_BY_ID, user_id)
    return dict(row) if row else None


async def password_of(database: Database, user_id: int) -> str | None:
    """Returns the stored hash of a user's password; None if there is no such user."""
    row = await database.fetchrow("SELECT password_hash FROM users WHERE id = $1", user_id)
    return row["password_hash"] if row else None


async def replace_password(database: Database, user_id: int, before: str, password_hash: str) -> bool:
    """Replaces the stored hash if it still is `before`; returns whether it was."""
    rows = await database.write(
        "UPDATE users SET password_hash = $3, updated_at = CURRENT_TIMESTAMP"
        " WHERE id = $1 AND password_hash = $2 RETURNING id",
        user_id,
        before,
        password_hash,
    )
    return bool(rows)


async def set_password(database: Database, user_id: int, password_hash: str) -> None:
    """Replaces the stored hash."""
    await database.write(
        "UPDATE users SET password_hash = $2, updated_at = CURRENT_TIMESTAMP WHERE id = $1",
        user_id,
        password_hash,
    )
