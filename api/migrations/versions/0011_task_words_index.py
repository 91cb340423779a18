"""Gives the words their index.

Step: expand. Built concurrently, so that writes go on; an index left invalid by a broken build is dropped
first. `idx_tasks_search`, by which the previous release searches, goes with the release after this one.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Builds the index without locking out writes."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS idx_tasks_words")
        op.execute("CREATE INDEX CONCURRENTLY idx_tasks_words ON tasks USING gin (words)")


def downgrade() -> None:
    """Drops it."""
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS idx_tasks_words")
