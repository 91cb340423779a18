"""Proves the checks and requires what is now always there.

Step: contract. The previous release writes defaults or values, never NULL. Each check is proved without
stopping writes; NOT NULL then costs no scan, because PostgreSQL trusts a proved check.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

REQUIRED = ("status", "priority", "version", "created_at", "updated_at")


def upgrade() -> None:
    """Validates, then requires."""
    op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_status_check")
    op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_priority_check")
    present = " AND ".join(f"{column} IS NOT NULL" for column in REQUIRED)
    op.execute(f"ALTER TABLE tasks ADD CONSTRAINT tasks_present_check CHECK ({present}) NOT VALID")
    op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_present_check")
    for column in REQUIRED:
        op.execute(f"ALTER TABLE tasks ALTER COLUMN {column} SET NOT NULL")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_present_check")


def downgrade() -> None:
    """Allows NULL again; the checks stay, unproved is what they were and proved does no harm."""
    for column in REQUIRED:
        op.execute(f"ALTER TABLE tasks ALTER COLUMN {column} DROP NOT NULL")
