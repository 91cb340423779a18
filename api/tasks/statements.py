"""The SQL of tasks: each request one statement, each statement one user's.

The writes are PostgreSQL's own dialect, because what makes them one statement (writing CTEs) has no better
notation than itself. The list is composed by SQLAlchemy and compiled once for each of its shapes.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    String,
    Text,
    bindparam,
    func,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from api.tasks.models import due_or_never, priority_rank, tasks

COLUMNS: Final = "id, title, description, status, priority, due_date, created_at, updated_at, version"
_T_COLUMNS: Final = ", ".join(f"t.{name}" for name in COLUMNS.split(", "))

# The task's lock comes before its job's, here as in the worker: the other order could deadlock.
_JOB: Final = """
job AS (
    INSERT INTO jobs (kind, key, payload, run_at)
    SELECT 'remind', 'remind:' || id || ':' || due, jsonb_build_object('task_id', id, 'due_date', due),
           (due_date AT TIME ZONE 'utc') - make_interval(secs => {lead})
    FROM (SELECT *, to_char(due_date, 'YYYY-MM-DD"T"HH24:MI:SS.US') AS due FROM task) AS dated
    WHERE due_date IS NOT NULL AND due IS NOT NULL AND status <> 'DONE'
    ON CONFLICT (key) DO UPDATE
    SET state = 'ready', run_at = EXCLUDED.run_at, attempts = 0, finished_at = NULL
    WHERE jobs.state = 'done'
)
"""

READ: Final = f"SELECT {COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2"  # noqa: S608 - constants

CREATE: Final = f"""
WITH task AS (
    INSERT INTO tasks (user_id, title, description, status, priority, due_date)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING {COLUMNS}
), {_JOB.format(lead="$7::float8")}
SELECT * FROM task
"""  # noqa: S608 - constants

CREATE_ONCE: Final = f"""
WITH task AS (
    INSERT INTO tasks (user_id, title, description, status, priority, due_date)
    SELECT $1::int, $2::varchar, $3::text, $4::varchar, $5::varchar, $6::timestamp
    WHERE NOT EXISTS (SELECT FROM idempotency_keys WHERE user_id = $1::int AND key = $8) RETURNING {COLUMNS}
), kept AS (
    INSERT INTO idempotency_keys (user_id, key, fingerprint, response)
    SELECT $1::int, $8, $9, to_jsonb(task) FROM task
), {_JOB.format(lead="$7::float8")}
SELECT * FROM task
"""  # noqa: S608 - constants

UPDATE: Final = f"""
WITH old AS (
    SELECT id, version FROM tasks WHERE id = $1 AND user_id = $2 FOR UPDATE
), task AS (
    UPDATE tasks AS t SET
        title = COALESCE($4, t.title),
        description = CASE WHEN $5::bool THEN $6 ELSE t.description END,
        status = COALESCE($7, t.status),
        priority = COALESCE($8, t.priority),
        due_date = CASE WHEN $9::bool THEN $10::timestamp ELSE t.due_date END
    FROM old WHERE t.id = old.id AND ($3::int[] IS NULL OR old.version = ANY($3)) RETURNING {_T_COLUMNS}
), {_JOB.format(lead="$11::float8")}
SELECT old.version AS seen, task.* FROM old LEFT JOIN task ON true
"""  # noqa: S608 - constants

DELETE: Final = """
WITH old AS (
    SELECT id, version FROM tasks WHERE id = $1 AND user_id = $2 FOR UPDATE
), gone AS (
    DELETE FROM tasks AS t USING old
    WHERE t.id = old.id AND ($3::int[] IS NULL OR old.version = ANY($3)) RETURNING t.id
)
SELECT old.version AS seen, gone.id FROM old LEFT JOIN gone ON true
"""

LOCK_ALL: Final = "SELECT id FROM tasks WHERE user_id = $1 AND id = ANY($2::int[]) ORDER BY id FOR UPDATE"

KEYS: Final[dict[str, ColumnElement[Any]]] = {
    "created_at": tasks.c.created_at,
    "updated_at": tasks.c.updated_at,
    "due_date": due_or_never,
    "priority": priority_rank,
}
_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")
_FILTERS: Final[dict[str, ColumnElement[bool]]] = {
    "status": tasks.c.status == bindparam("status", None, String),
    "priority": tasks.c.priority == bindparam("priority", None, String),
    "due_after": due_or_never >= bindparam("due_after", None, DateTime),
    "due_before": due_or_never < bindparam("due_before", None, DateTime),
    "q": tasks.c.words.op("@@")(func.websearch_to_tsquery(_SIMPLE, bindparam("q", None, Text))),
}


@cache
def listing(order: str, filters: frozenset[str], *, after: bool) -> tuple[str, tuple[str, ...]]:
    """Returns the list's statement for one shape of request, compiled once.

    Args:
        order: a column of `KEYS`, with a minus in front for the greatest first.
        filters: names of the filters that are set.
        after: whether the page begins after a cursor.

    Returns:
        The SQL, and the names of its parameters in their order: filters, user_id, limit, key, task_id.
    """
    key, down = KEYS[order.lstrip("-")], order.startswith("-")
    statement = select(*(tasks.c[name] for name in COLUMNS.split(", ")), key.label("sort_key"))
    statement = statement.where(tasks.c.user_id == bindparam("user_id", None, Integer))
    for name in sorted(filters):
        statement = statement.where(_FILTERS[name])
    if after:
        place = tuple_(key, tasks.c.id)
        kind = Integer() if key is priority_rank else DateTime()
        bound = tuple_(bindparam("key", None, kind), bindparam("task_id", None, Integer))
        statement = statement.where(place < bound if down else place > bound)
    columns = (key, tasks.c.id)
    statement = statement.order_by(*(column.desc() if down else column.asc() for column in columns))
    statement = statement.limit(bindparam("limit", None, Integer))
    compiled = statement.compile(dialect=dialect())  # type: ignore[no-untyped-call] # SQLAlchemy's own gap
    return str(compiled), tuple(compiled.positiontup or ())
