"""Makes the queue that lies in the same database as the tasks, and the record of reminders sent.

Step: expand. The unique row of `reminders`, not the queue, is what keeps a reminder from being sent twice.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

JOBS = """
CREATE TABLE jobs (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind VARCHAR(50) NOT NULL,
    key VARCHAR(200) UNIQUE,
    payload JSONB NOT NULL DEFAULT '{}',
    state VARCHAR(10) NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'dead')),
    run_at TIMESTAMPTZ NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL DEFAULT 8,
    lease_owner VARCHAR(100),
    lease_until TIMESTAMPTZ,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    finished_at TIMESTAMPTZ
)
"""
REMINDERS = """
CREATE TABLE reminders (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task_id INTEGER NOT NULL REFERENCES tasks(id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    due_date TIMESTAMP NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    delivered_at TIMESTAMPTZ,
    UNIQUE (task_id, due_date)
)
"""


def upgrade() -> None:
    """Makes both tables and the partial indexes that keep a claim cheap in a full table."""
    op.execute(JOBS)
    op.execute("CREATE INDEX idx_jobs_ready ON jobs (run_at, id) WHERE state = 'ready'")
    op.execute("CREATE INDEX idx_jobs_running ON jobs (lease_until) WHERE state = 'running'")
    op.execute("CREATE INDEX idx_jobs_ended ON jobs (finished_at) WHERE state IN ('done', 'dead')")
    op.execute(REMINDERS)
    op.execute("CREATE INDEX idx_reminders_user_id ON reminders (user_id)")


def downgrade() -> None:
    """Drops both tables."""
    op.execute("DROP TABLE reminders")
    op.execute("DROP TABLE jobs")
