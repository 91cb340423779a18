"""Adds the version that If-Match compares, counted by the database.

Step: expand. A trigger counts, not the code: an update by the previous release, which knows no version,
counts too, so nobody's If-Match passes over a change that it has not seen. The checks hold for new rows at
once and are proved for the old ones in 0008; until then NULL, which the design allows, passes.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

COUNT = """
CREATE FUNCTION count_task_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := COALESCE(OLD.version, 0) + 1;
    NEW.updated_at := CURRENT_TIMESTAMP;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    """Adds the column, its trigger and two unproved checks; no row is rewritten."""
    op.execute("ALTER TABLE tasks ADD COLUMN version INTEGER DEFAULT 1")
    op.execute(COUNT)
    op.execute(
        "CREATE TRIGGER tasks_count_version BEFORE UPDATE ON tasks "
        "FOR EACH ROW EXECUTE FUNCTION count_task_version()"
    )
    op.execute(
        "ALTER TABLE tasks ADD CONSTRAINT tasks_status_check "
        "CHECK (status IN ('TODO', 'IN_PROGRESS', 'DONE')) NOT VALID"
    )
    op.execute(
        "ALTER TABLE tasks ADD CONSTRAINT tasks_priority_check "
        "CHECK (priority IN ('LOW', 'MEDIUM', 'HIGH')) NOT VALID"
    )


def downgrade() -> None:
    """Takes all of it away again."""
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_priority_check")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_status_check")
    op.execute("DROP TRIGGER tasks_count_version ON tasks")
    op.execute("DROP FUNCTION count_task_version()")
    op.execute("ALTER TABLE tasks DROP COLUMN version")
