"""The rows of `tasks`, one user's at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from api.conditional import version_conflict
from api.errors import not_found
from api.tasks import statements
from api.tasks.schemas import TaskCreate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg

    from api.checkout import Connection
    from api.database import Database
    from api.tasks.schemas import TaskUpdate

Row = dict[str, Any]
FILTERS: Final = ("status", "priority", "due_after", "due_before", "q")


class PageRequest(NamedTuple):
    """A page: filters that are set, order, size, and the position to begin after."""

    filters: dict[str, Any]
    order: str
    limit: int
    after: tuple[Any, int] | None


async def read(database: Database, user_id: int, task_id: int) -> Row:
    """Returns one task, or raises the 404 that a stranger's task answers with too."""
    row = await database.fetchrow(statements.READ, task_id, user_id)
    if row is None:
        raise not_found()
    return dict(row)


async def search(database: Database, user_id: int, page_request: PageRequest) -> list[Row]:
    """Returns a page of what is found, as `page` does.

    Raises:
        CostlyStatementError: the search took too long.
    """
    return await page(database, user_id, page_request, costly=True)


async def page(
    database: Database, user_id: int, page_request: PageRequest, *, costly: bool = False
) -> list[Row]:
    """Returns one page and one row more, by which the caller knows whether there is another page."""
    sql, names = statements.listing(
        page_request.order, frozenset(page_request.filters), after=page_request.after is not None
    )
    key, task_id = page_request.after or (None, None)
    values = {
        **page_request.filters,
        "user_id": user_id,
        "limit": page_request.limit + 1,
        "key": key,
        "task_id": task_id,
    }
    fetch = database.fetch_costly if costly else database.fetch
    return [dict(row) for row in await fetch(sql, *(values[name] for name in names))]


def rows_of(writes: Sequence[Any]) -> int:
    """Returns how many tasks these bodies and operations make; those that go are not taken off."""
    return sum(isinstance(body, TaskCreate) for body in writes)


def size_of(writes: Sequence[Any]) -> int:
    """Returns the bytes of the texts that these bodies and operations write."""
    return sum(
        len(getattr(body, "title", "").encode()) + len((getattr(body, "description", None) or "").encode())
        for body in writes
    )


def create_arguments(user_id: int, body: TaskCreate, *, lead_s: float) -> tuple[Any, ...]:
    """Returns the parameters of `statements.CREATE` in their order."""
    return (user_id, body.title, body.description, body.status, body.priority, body.due_date, lead_s)


def update_arguments(
    user_id: int, task_id: int, versions: list[int] | None, body: TaskUpdate, *, lead_s: float
) -> tuple[Any, ...]:
    """Returns the parameters of `statements.UPDATE` in their order; what was not sent stays as it is."""
    sent = body.model_fields_set
    return (
        task_id,
        user_id,
        versions,
        body.title if "title" in sent else None,
        "description" in sent,
        body.description,
        body.status if "status" in sent else None,
        body.priority if "priority" in sent else None,
        "due_date" in sent,
        body.due_date,
        lead_s,
    )


def changed_row(rows: list[asyncpg.Record]) -> Row:
    """Returns the row that an update or a delete left, or raises 404 or 412."""
    if not rows:
        raise not_found()
    row = dict(rows[0])
    row.pop("seen")
    if row["id"] is None:
        raise version_conflict()
    return row


async def lock(connection: Connection, user_id: int, task_ids: list[int]) -> None:
    """Locks tasks in one order for everybody, so that two bulks cannot wait for each other."""
    await connection.fetch(statements.LOCK_ALL, user_id, task_ids)
