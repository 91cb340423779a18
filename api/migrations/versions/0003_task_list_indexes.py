"""Gives every order and filter of the task list its index, and the search its own.

Step: expand. Built concurrently, so that writes go on; an index left invalid by a broken build is dropped
first.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

INDEXES = {
    "idx_tasks_list_created": "(user_id, created_at, id)",
    "idx_tasks_list_updated": "(user_id, updated_at, id)",
    "idx_tasks_list_due": "(user_id, COALESCE(due_date, 'infinity'::timestamp), id)",
    "idx_tasks_list_priority": (
        "(user_id, (CASE WHEN priority = 'HIGH' THEN 3 WHEN priority = 'MEDIUM' THEN 2 ELSE 1 END), id)"
    ),
    "idx_tasks_list_status": "(user_id, status, created_at, id)",
    "idx_tasks_search": (
        "USING gin (to_tsvector('simple'::regconfig, title || ' ' || COALESCE(description, '')))"
    ),
}


def upgrade() -> None:
    """Builds the indexes one after the other without locking out writes."""
    with op.get_context().autocommit_block():
        for name, columns in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON tasks {columns}")


def downgrade() -> None:
    """Drops them."""
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
