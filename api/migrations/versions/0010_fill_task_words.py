"""Fills the words of the tasks that were there before.

Step: backfill. In batches with a commit each, by the primary key, so that no lock is held long, none is
waited for (a task that is being changed gets its words by that change), and a broken run is simply run again.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"

BATCH = text("""
WITH batch AS (
    SELECT id FROM tasks WHERE id > :after ORDER BY id LIMIT 1000
), filled AS (
    UPDATE tasks SET words = task_words(title, description)
    WHERE id IN (SELECT id FROM tasks WHERE id IN (SELECT id FROM batch) AND words IS NULL
                 FOR NO KEY UPDATE SKIP LOCKED)
)
SELECT max(id) FROM batch
""")
MISSED = text("SELECT EXISTS (SELECT FROM tasks WHERE words IS NULL)")


def upgrade() -> None:
    """Walks the table by its key, and again while a row was locked by a change that left its texts alone."""
    with op.get_context().autocommit_block():
        while True:
            after: int | None = 0
            while after is not None:
                after = op.get_bind().execute(BATCH, {"after": after}).scalar()
            if not op.get_bind().execute(MISSED).scalar():
                return
            op.execute("SELECT pg_sleep(0.2)")


def downgrade() -> None:
    """Keeps the words: the column goes with 0009."""
