"""The API holds what its description promises: schemathesis asks for what it allows and what it forbids."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from api.servers.stack import programs

if TYPE_CHECKING:
    from api import servers as real

HERE = Path(__file__).parent
SETTINGS = dict.fromkeys(("USER_LIMIT", "IP_LIMIT", "LOGIN_IP_LIMIT", "LOGIN_ACCOUNT_LIMIT"), "1000000") | {
    "PASSWORD_MEMORY_KIB": "8",
    "REDIS_S": "2",
    "STATEMENT_S": "5",
    "POOL_WAIT_S": "5",
}
PHASES = {"debian": "fuzzing,stateful"}
"""The long walk over every edge of the schema asks the API, not the server behind it: once is enough."""
ACCOUNT = {"username": "robot", "password": "correct horse battery"}


def test_schemathesis_finds_nothing_with_every_check_on(
    servers: real.Pair, database_url: str, redis_url: str, server_folder: Path
) -> None:
    folder = server_folder / f"description-{servers.kind}"
    folder.mkdir()
    api = programs(database_url=database_url, redis_url=redis_url, folder=folder, settings=SETTINGS).api
    api.start()
    try:
        httpx.post(
            f"{api.url}/api/v1/auth/register", json=ACCOUNT | {"email": "robot@example.org"}
        ).raise_for_status()
        done = subprocess.run(  # noqa: S603 - words of our own, no shell
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml")),
                *("run", f"{api.url}/api/v1/openapi.json", "--checks", "all", "--continue-on-failure"),
                *("--max-examples", "8", "--seed", "1", "--no-color"),
                *("--phases", PHASES.get(servers.kind, "examples,coverage,fuzzing,stateful")),
            ],
            env=os.environ
            | {
                "SCHEMATHESIS_HOOKS": "hooks",
                "PYTHONPATH": f"{HERE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}",
            }
            | {"API_URL": api.url, "API_ACCOUNT": json.dumps(ACCOUNT)},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        api.stop()

    assert done.returncode == 0, done.stdout + done.stderr
    assert "18 selected / 18 total" in done.stdout
