"""A PostgreSQL server of its own that archives its log, with the task manager's schema and roles."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from api.servers.files import own_folder
from tests.api.conftest import binaries
from tests.api.recovery.primary import Primary
from tests.api.routes.conftest import settings_for as settings_for  # noqa: PLC0414 - pytest finds it here

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api import servers as real


@pytest.fixture(scope="module")
def primary(servers: real.Pair, server_folder: Path, request: pytest.FixtureRequest) -> Iterator[Primary]:
    if servers.kind == "named":
        pytest.skip(
            "These tests lose and restore whole servers, and DATABASE_URL names one that is not theirs."
        )
    name = request.module.__name__.rsplit(".", 1)[-1]
    folder = server_folder / f"{name}-{servers.kind}"
    own_folder(folder)
    made = Primary(binaries(servers.kind).postgres_home, folder)
    try:
        asyncio.run(made.begin())
        yield made
    finally:
        made.end()
