"""Makes the table whose newest row tells, after a restore, how much was lost.

Step: expand. The worker writes a row every 60 s; nothing else does.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the table and the index that finds its newest row."""
    op.execute(
        "CREATE TABLE heartbeats ("
        "id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        "source VARCHAR(100) NOT NULL, "
        "written_at TIMESTAMPTZ NOT NULL)"
    )
    op.execute("CREATE INDEX idx_heartbeats_written_at ON heartbeats (written_at)")


def downgrade() -> None:
    """Drops the table."""
    op.execute("DROP TABLE heartbeats")
