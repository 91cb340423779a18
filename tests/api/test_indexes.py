"""Every question that the list can be asked reads an index, and its last page costs what its first does."""

from __future__ import annotations

import itertools
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from api.tasks.repository import FILTERS
from api.tasks.statements import KEYS, LOCK_ALL, READ, UPDATE, listing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROWS = 100_000
"""Of one user; forty thousand more belong to twenty others."""
FILL = f"""
INSERT INTO users (username, email, password_hash)
SELECT 'i' || n, 'i' || n, 'x' FROM generate_series(1, 21) n;
INSERT INTO tasks (user_id, title, status, priority, due_date, created_at, updated_at)
SELECT CASE WHEN n <= {ROWS} THEN 1 ELSE 2 + n % 20 END, 'word' || n % 5000,
       (ARRAY['TODO', 'IN_PROGRESS', 'DONE'])[1 + n / 20 % 3],
       (ARRAY['LOW', 'MEDIUM', 'HIGH'])[1 + n / 60 % 3],
       CASE WHEN n % 7 > 0 THEN timestamp '2030-01-01' + n * interval '1 minute' END,
       timestamp '2026-01-01' + n * interval '1 second', timestamp '2026-02-01' - n * interval '1 second'
FROM generate_series(1, {ROWS} + 40000) n;
"""  # noqa: S608 - constants
ORDERS = [sign + name for name in KEYS for sign in ("", "-")]
VALUES: dict[str, Any] = {
    "user_id": 1,
    "limit": 51,
    "status": "DONE",
    "priority": "HIGH",
    "q": "word77",
    "due_after": datetime(2030, 1, 2),  # noqa: DTZ001 - the column carries no zone
    "due_before": datetime(2030, 1, 9),  # noqa: DTZ001 - the same
}


@pytest.fixture(scope="module")
def crowded_url(database_url: str) -> str:
    return database_url


@pytest.fixture
async def crowded(crowded_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """The module's database, filled once."""
    connection = await asyncpg.connect(crowded_url)
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM tasks)"):
        await connection.execute(FILL)
        await connection.execute("VACUUM ANALYZE")
    yield connection
    await connection.close()


def key_at(row: asyncpg.Record) -> dict[str, Any]:
    return {"key": row["sort_key"], "task_id": row["id"]}


async def test_no_filter_order_or_page_reads_the_whole_table(
    crowded: asyncpg.Connection[asyncpg.Record],
) -> None:
    shapes = 0
    for order in ORDERS:
        first, names = listing(order, frozenset(), after=False)
        row = await crowded.fetchrow(first, *(VALUES[name] for name in names))
        assert row is not None
        for size, after in itertools.product(range(len(FILTERS) + 1), (False, True)):
            for filters in itertools.combinations(FILTERS, size):
                sql, names = listing(order, frozenset(filters), after=after)
                given = VALUES | key_at(row)
                rows = await crowded.fetch("EXPLAIN " + sql, *(given[name] for name in names))
                plan = "\n".join(row[0] for row in rows)
                assert "Seq Scan" not in plan, (order, filters, plan)
                assert "idx_tasks_" in plan, (order, filters, plan)
                shapes += 1
    assert shapes == len(ORDERS) * 2 * 2 ** len(FILTERS)


@pytest.mark.parametrize(
    ("order", "filters", "index"),
    [
        ("-created_at", (), "idx_tasks_list_created"),
        ("updated_at", (), "idx_tasks_list_updated"),
        ("due_date", (), "idx_tasks_list_due"),
        ("-priority", (), "idx_tasks_list_priority"),
        ("-created_at", ("status",), "idx_tasks_list_status"),
        ("due_date", ("due_after", "due_before"), "idx_tasks_list_due"),
        ("-created_at", ("q",), "idx_tasks_words"),
    ],
)
async def test_each_order_and_filter_has_the_index_that_was_made_for_it(
    crowded: asyncpg.Connection[asyncpg.Record], order: str, filters: tuple[str, ...], index: str
) -> None:
    sql, names = listing(order, frozenset(filters), after=False)

    rows = await crowded.fetch("EXPLAIN " + sql, *(VALUES[name] for name in names))

    assert index in "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("order", ORDERS)
async def test_a_page_at_depth_100_000_reads_as_much_as_the_first(
    crowded: asyncpg.Connection[asyncpg.Record], order: str
) -> None:
    """Blocks read, not milliseconds: what the work is, whatever else the machine does."""
    sql, names = listing(order, frozenset(), after=True)
    whole, all_names = listing(order, frozenset(), after=False)
    every = await crowded.fetch(whole, *((VALUES | {"limit": ROWS})[name] for name in all_names))
    assert len(every) == ROWS

    blocks = []
    for depth in (0, ROWS // 2, ROWS - 100):
        given = VALUES | key_at(every[depth])
        found = await crowded.fetchval(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql, *(given[name] for name in names)
        )
        plan = json.loads(found)[0]["Plan"]
        assert plan["Actual Rows"] == 51
        blocks.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])

    # 51 rows lie in 51 blocks at most; the tree has three or four levels. A walk to 100,000 reads thousands.
    assert max(blocks) <= 60, blocks


@pytest.mark.parametrize("statement", [READ, UPDATE, LOCK_ALL])
async def test_a_single_task_is_found_by_its_key(
    crowded: asyncpg.Connection[asyncpg.Record], statement: str
) -> None:
    task = await crowded.fetchval("SELECT min(id) FROM tasks WHERE user_id = 1")
    arguments: list[Any] = {
        READ: [task, 1],
        LOCK_ALL: [1, [task, task + 1]],
        UPDATE: [task, 1, [1], "t", False, None, None, None, False, None, 60.0],
    }[statement]

    rows = await crowded.fetch("EXPLAIN " + statement, *arguments)
    plan = "\n".join(row[0] for row in rows)

    assert "tasks_pkey" in plan
    assert "Seq Scan on tasks" not in plan
