"""Refuses moments that not every calendar has: no due date in the first day of year 1, no job before it.

Step: expand. A reminder is due before its task, so a due date in the first hours of the calendar made a job
in 1 BC, which no worker could read. The API takes nothing before 1900 since; this holds for whoever else
writes. What is there below the floor is lifted to it, or its tasks could not be changed any more.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"

FLOORS = {
    "tasks": ("tasks_due_date_floor", "due_date", "'0001-01-02'::timestamp"),
    "jobs": ("jobs_run_at_floor", "run_at", "'0001-01-01T00:00:00Z'::timestamptz"),
}


def upgrade() -> None:
    """Adds both constraints for what comes, and proves them for what is there without keeping anybody out."""
    for table, (name, column, floor) in FLOORS.items():
        op.execute(f"UPDATE {table} SET {column} = {floor} WHERE {column} < {floor}")  # noqa: S608 - constants
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} >= {floor}) NOT VALID")
    with op.get_context().autocommit_block():
        for table, (name, _, _) in FLOORS.items():
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    """Takes both away; what was lifted stays."""
    for table, (name, _, _) in FLOORS.items():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
