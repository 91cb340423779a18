"""Makes the users and tasks tables exactly as the system's design writes them.

Step: the beginning. Everything later is added to this.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

USERS = """
CREATE TABLE users (
    id SERIAL PRIMARY KEY,
    username VARCHAR(50) UNIQUE NOT NULL,
    email VARCHAR(100) UNIQUE NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
)
"""
TASKS = """
CREATE TABLE tasks (
    id SERIAL PRIMARY KEY,
    user_id INTEGER REFERENCES users(id) ON DELETE CASCADE,
    title VARCHAR(200) NOT NULL,
    description TEXT,
    status VARCHAR(20) DEFAULT 'TODO',
    priority VARCHAR(20) DEFAULT 'MEDIUM',
    due_date TIMESTAMP,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
)
"""


def upgrade() -> None:
    """Makes the two tables and the three indexes of the design."""
    op.execute(USERS)
    op.execute(TASKS)
    op.execute("CREATE INDEX idx_tasks_user_id ON tasks(user_id)")
    op.execute("CREATE INDEX idx_tasks_status ON tasks(status)")
    op.execute("CREATE INDEX idx_tasks_due_date ON tasks(due_date)")


def downgrade() -> None:
    """Drops both tables with all that is in them."""
    op.execute("DROP TABLE tasks")
    op.execute("DROP TABLE users")
