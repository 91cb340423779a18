"""Takes a manifest of a PostgreSQL database, and looks at a restored one, by SQL alone."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import typer

from functions.core.instants import read_instant
from functions.disaster_recovery.policy import proof_sql as sql
from toban.restored_tables import checksums, counted, figures

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    Connection = asyncpg.Connection[Any]


def asked(answer: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Returns what a database answers; or says why it does not, without its password, and exits with 1."""
    try:
        return asyncio.run(answer)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        typer.echo(f"the database does not answer: {type(error).__name__}: {error}", err=True)
        raise typer.Exit(1) from error


async def take_manifest(url: str, *, environment: str) -> dict[str, Any]:
    """Returns the manifest of a database as one moment shows it; a heartbeat has to be written after it.

    Args:
        url: Of the database, for one who may read every table.
        environment: Whose data they are.
    """
    async with _moment(url) as connection:
        taken_at = await connection.fetchval("SELECT now()")
        tables = {}
        for table in await connection.fetch(sql.TABLES):
            found = await figures(connection, table)
            tables[table["name"]] = {
                "rows": found["rows"],
                "max_id": found["max_id"],
                "counters": counted(table),
                "checksums": await checksums(connection, table, before=taken_at, max_id=found["max_id"]),
            }
        return {
            "environment": environment,
            "taken_at": taken_at.isoformat(),
            "tables": tables,
            **await _around(connection),
        }


async def look(url: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Returns what is found in a restored database: `heartbeat` and `restored`, as the facts of a verdict."""
    taken_at = read_instant(manifest["taken_at"])
    async with _moment(url) as connection:
        beat = await _heartbeat(connection)
        since = beat["written_at"] if beat else None
        tables = {}
        for table in await connection.fetch(sql.TABLES):
            before = manifest["tables"].get(table["name"], {})
            found = await figures(connection, table, since=since, before=taken_at)
            if "checksums" in before:
                found["checksums"] = await checksums(
                    connection, table, before=taken_at, max_id=before["max_id"]
                )
            tables[table["name"]] = found
        around = await _around(connection)
        same = around["identity"] == manifest.get("identity")
        restored = {
            "completed": True,
            "environment": manifest["environment"] if same else f"another's ({around['identity']})",
            "tables": tables,
            "orphans": await _orphans(connection),
            "sequences": await _sequences(connection),
            **around,
        }
        facts = {"written_at": since.isoformat(), "counters": beat["counters"]} if beat and since else None
        return {"heartbeat": facts, "restored": restored}


@asynccontextmanager
async def _moment(url: str) -> AsyncIterator[Connection]:
    """Opens a session that sees one moment and writes nothing."""
    connection = await asyncpg.connect(url, server_settings=sql.SESSION)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection
    finally:
        await connection.close()


async def _heartbeat(connection: Connection) -> dict[str, Any] | None:
    row = await _or_none(connection, sql.HEARTBEAT)
    return {"written_at": row["written_at"], "counters": json.loads(row["counts"] or "{}")} if row else None


async def _around(connection: Connection) -> dict[str, Any]:
    identity, migration = await _or_none(connection, sql.IDENTITY), await _or_none(connection, sql.MIGRATION)
    lists = {name: [row[0] for row in await connection.fetch(query)] for name, query in sql.LISTS.items()}
    return {
        "identity": identity[0] if identity else None,
        "migration": migration[0] if migration else None,
        "schema_hash": await connection.fetchval(sql.SCHEMA),
        **lists,
    }


async def _orphans(connection: Connection) -> list[dict[str, Any]]:
    return [
        {"constraint": key["name"], "rows": await connection.fetchval(sql.ORPHANS.format(**key))}
        for key in await connection.fetch(sql.FOREIGN_KEYS)
    ]


async def _sequences(connection: Connection) -> list[dict[str, Any]]:
    found = []
    for each in await connection.fetch(sql.SEQUENCES):
        newest = await connection.fetchval(f"SELECT max({each['column']}) FROM {each['of']}")  # noqa: S608 - quoted
        found.append({"name": each["name"], "last_value": each["last_value"], "max_id": newest or 0})
    return found


async def _or_none(connection: Connection, query: str) -> asyncpg.Record | None:
    """Returns a query's one row; None also where its table is not there."""
    try:
        async with connection.transaction():
            return await connection.fetchrow(query)
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return None
