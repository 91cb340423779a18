"""The `tasks` table: the design's columns and what locking, sorting and searching added."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    case,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from api.tables import metadata

tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="CASCADE")),
    Column("title", String(200), nullable=False),
    Column("description", Text),
    Column("status", String(20), server_default="TODO", nullable=False),
    Column("priority", String(20), server_default="MEDIUM", nullable=False),
    Column("due_date", DateTime),
    Column("created_at", DateTime, server_default=func.current_timestamp(), nullable=False),
    Column("updated_at", DateTime, server_default=func.current_timestamp(), nullable=False),
    Column("version", Integer, server_default=text("1"), nullable=False),
    Column("words", TSVECTOR),
)

NEVER = literal_column("'infinity'::timestamp", DateTime)
"""Where a task without a due date stands when tasks are sorted by it: after all others."""

due_or_never = func.coalesce(tasks.c.due_date, NEVER)
priority_rank = case(
    (tasks.c.priority == literal_column("'HIGH'"), literal_column("3")),
    (tasks.c.priority == literal_column("'MEDIUM'"), literal_column("2")),
    else_=literal_column("1"),
)
