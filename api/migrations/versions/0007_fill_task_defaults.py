"""Fills what the design allowed to be missing: a status, a priority, a version, a date.

Step: backfill. In batches with a commit each, so that no lock is held long and a broken run is simply run
again.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"

BATCH = """
UPDATE tasks SET status = COALESCE(status, 'TODO'), priority = COALESCE(priority, 'MEDIUM'),
                 version = COALESCE(version, 0), created_at = COALESCE(created_at, CURRENT_TIMESTAMP)
WHERE id IN (SELECT id FROM tasks
             WHERE status IS NULL OR priority IS NULL OR version IS NULL
                OR created_at IS NULL OR updated_at IS NULL
             LIMIT 5000)
"""


def upgrade() -> None:
    """Fills batch after batch until a batch finds nothing; the trigger fills `updated_at`."""
    with op.get_context().autocommit_block():
        while op.get_bind().exec_driver_sql(BATCH).rowcount:
            pass


def downgrade() -> None:
    """Keeps the values: the design allows them."""
