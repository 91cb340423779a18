"""Alembic without an ini file: the history lies in this package, the server is an argument."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from api.migrations.history import revisions

HERE = Path(__file__).parent


def upgrade(database_url: str, revision: str = "head") -> None:
    """Brings the schema forward to `revision`; doing so twice, or in two processes, is harmless."""
    command.upgrade(_config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Takes the schema back to `revision`; "base" empties the database of our tables."""
    command.downgrade(_config(database_url), revision)


def head() -> str:
    """Returns the newest revision that this code knows."""
    return revisions()[-1]


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database_url"] = database_url
    return config
