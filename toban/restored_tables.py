"""A table's figures, counts and checksums, by SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from functions.disaster_recovery.policy import proof_sql as sql

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

_STAMPS: Final = ("created_at", "updated_at")
_NUMBERS: Final = ("smallint", "integer", "bigint")
_NOTHING: Final = "-"
"""Checksum of a bucket without rows."""


def counted(table: asyncpg.Record) -> dict[str, int]:
    """Returns a table's cumulative counts."""
    return {name: table[name] for name in ("inserted", "updated", "deleted")}


async def figures(
    connection: asyncpg.Connection[Any],
    table: asyncpg.Record,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
) -> dict[str, Any]:
    """Returns a table's rows, highest id and newest stamp, and the rows that are newer than moments.

    Args:
        connection: A session under `proof_sql.SESSION`.
        table: A row of `proof_sql.TABLES`.
        since: Moment of the newest heartbeat; None where there is none.
        before: Moment of the manifest; None where nothing is compared with one.
    """
    stamps = [f"{name}::timestamptz" for name in _STAMPS if name in table["columns"]]
    newest = f"max(greatest({', '.join(stamps)}))" if stamps else "NULL"
    highest = "max(id)" if table["id_type"] in _NUMBERS else "NULL"
    born = "created_at" in table["columns"] and since is not None
    added = "count(*) FILTER (WHERE created_at::timestamptz > $1)" if born else "0"
    touched = "updated_at" in table["columns"] and born and before is not None
    lag = f"interval '{sql.LAG_SECONDS} s'"
    changed = (
        f"count(*) FILTER (WHERE updated_at::timestamptz > $1 - {lag}"
        " AND updated_at::timestamptz >= $2 AND created_at::timestamptz < $2)"
        if touched
        else "0"
    )
    arguments = [moment for moment, used in ((since, born), (before, touched)) if used]
    row = await connection.fetchrow(
        f"SELECT count(*) AS rows, {highest} AS max_id, {newest} AS newest_at, "  # noqa: S608 - names are quoted
        f"{added} AS rows_since_heartbeat, {changed} AS changed_since_heartbeat FROM {table['quoted']}",
        *arguments,
    )
    assert row is not None  # noqa: S101 - an aggregate always has one
    newest_at = row["newest_at"]
    return {**row, "newest_at": newest_at.isoformat() if newest_at else None}


async def checksums(
    connection: asyncpg.Connection[Any], table: asyncpg.Record, *, before: datetime, max_id: int | None
) -> list[str]:
    """Returns the checksums of the rows that were last changed before a moment, by bucket.

    A table without stamps is bounded by its highest id at that moment instead.
    """
    stamp = next((name for name in reversed(_STAMPS) if name in table["columns"]), None)
    arguments: list[Any] = []
    old = "true"
    if stamp:
        old, arguments = f"{stamp}::timestamptz < $1", [before]
    elif max_id is not None:
        old, arguments = "id <= $1", [max_id]
    query = sql.CHECKSUMS.format(
        key=table["key"] or "''", buckets=sql.BUCKETS, table=table["quoted"], old=old
    )
    found = {row["bucket"]: row["checksum"] for row in await connection.fetch(query, *arguments)}
    return [found.get(bucket, _NOTHING) for bucket in range(sql.BUCKETS)]
