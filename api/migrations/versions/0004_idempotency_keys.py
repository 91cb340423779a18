"""Remembers what was answered to a request with an Idempotency-Key.

Step: expand. A row is written in the transaction of the effect that it stands for, or not at all.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

IDEMPOTENCY_KEYS = """
CREATE TABLE idempotency_keys (
    user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    key VARCHAR(255) NOT NULL,
    fingerprint BYTEA NOT NULL,
    response JSONB NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
)
"""


def upgrade() -> None:
    """Makes the table, and the index that the clean-up reads."""
    op.execute(IDEMPOTENCY_KEYS)
    op.execute("CREATE INDEX idx_idempotency_keys_created_at ON idempotency_keys (created_at)")


def downgrade() -> None:
    """Forgets all keys."""
    op.execute("DROP TABLE idempotency_keys")
