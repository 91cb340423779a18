"""The rows of `users`."""

from typing import Any

from api.database import Database

_COLUMNS = "id, username, email, created_at, updated_at"


async def add(database: Database, username: str, email: str, password_hash: str) -> dict[str, Any]:
    """Will add an account.

    Raises:
        asyncpg.UniqueViolationError: if the name or the address is taken.
    """
    sql = f"INSERT INTO users (username, email, password_hash) VALUES ($1, $2, $3) RETURNING {_COLUMNS}"  # noqa: S608 - a constant
    return dict((await database.write(sql, username, email, password_hash))[0])


async def by_name(database: Database, name: str) -> dict[str, Any] | None:
    """Will find an account by its name or, if there is an @ in it, by its address."""
    column = "email" if "@" in name else "username"
    row = await database.fetchrow(
        f"SELECT id, password_hash FROM users WHERE {column} = $1",  # noqa: S608 - one of two constants
        name.lower(),
    )
    return dict(row) if row else None


async def by_id(database: Database, user_id: int) -> dict[str, Any] | None:
    """Will find an account by its number, without its password's hash."""
    row = await database.fetchrow(f"SELECT {_COLUMNS} FROM users WHERE id = $1", user_id)  # noqa: S608 - a constant
    return dict(row) if row else None


async def set_password(database: Database, user_id: int, password_hash: str) -> None:
    """Will replace the stored hash."""
    await database.write(
        "UPDATE users SET password_hash = $2, updated_at = CURRENT_TIMESTAMP WHERE id = $1",
        user_id,
        password_hash,
    )
