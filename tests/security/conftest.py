"""The API as it ships, on real servers, for those who attack it; and the API's other fixtures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.servers.files import kept_secret
from api.servers.local_server import free_port
from api.servers.program import Program
from tests.api.conftest import database_url as database_url  # noqa: PLC0414 - pytest finds them here
from tests.api.conftest import empty_database_url as empty_database_url  # noqa: PLC0414
from tests.api.conftest import migrated_template as migrated_template  # noqa: PLC0414
from tests.api.conftest import redis_url as redis_url  # noqa: PLC0414
from tests.api.conftest import server_folder as server_folder  # noqa: PLC0414
from tests.api.conftest import servers as servers  # noqa: PLC0414
from tests.api.routes.conftest import app as app  # noqa: PLC0414
from tests.api.routes.conftest import client as client  # noqa: PLC0414
from tests.api.routes.conftest import person as person  # noqa: PLC0414
from tests.api.routes.conftest import settings_for as settings_for  # noqa: PLC0414
from tests.security.attack import Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api import servers as real


def api_program(folder: Path, database_url: str, redis_url: str, **settings: str) -> Target:
    """The API, prepared with its shipped bounds, and the port that only the cluster knows."""
    folder.mkdir(parents=True, exist_ok=True)
    probes = free_port()
    given = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "JWT_KEYS": f"k1:{kept_secret(folder / 'jwt-key')}",
        "PROBE_PORT": str(probes),
        "DRAIN_S": "0",
        "LOGIN_IP_LIMIT": "1000",
        # Half a second for Redis: this machine runs other tests beside these.
        "REDIS_S": "0.5",
        "PASSWORD_MEMORY_KIB": "8",
        **settings,
    }
    program = Program("api", folder=folder, settings=given, port_variable="PORT", probe="/health")
    return Target(program, probes)


@pytest.fixture(scope="module")
def target(
    servers: real.Pair, database_url: str, redis_url: str, server_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Target]:
    """One API for the attacks of a module."""
    module = request.module.__name__.rpartition(".")[2]
    target = api_program(server_folder / f"{module}-{servers.kind}", database_url, redis_url)
    target.program.start()
    yield target
    target.program.stop()
