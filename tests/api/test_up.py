"""`toban api up` brings up everything with one command, and leaves nothing running, whatever happens."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from api.servers.local_server import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RUN = "from toban.main import run; run()"


class Up:
    """The running command, and what it has printed."""

    def __init__(self, *arguments: str) -> None:
        environment = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
        self.popen = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", _RUN, "api", "up", "--port", str(free_port()), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment | {"COLUMNS": "400"},
        )
        self.text = ""

    def until(self, words: str) -> str:
        """Reads on until a line has the words; the end of the output fails the test."""
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.text += line
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came:\n{self.text}")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.popen.pid).children(recursive=True)


@pytest.fixture
def up() -> Iterator[Up]:
    command = Up("--demo-data")
    yield command
    if command.popen.poll() is None:
        command.popen.send_signal(signal.SIGINT)
    command.popen.communicate(timeout=60)


def test_one_command_serves_the_demo_user_and_one_signal_ends_all_of_it(up: Up) -> None:
    url = re.search(r"http://\S+", up.until("answers at"))
    body = re.search(r"-d '(.*)'", up.until("curl"))
    assert url
    assert body
    login = httpx.post(f"{url[0]}/api/v1/auth/login", json=json.loads(body[1]), timeout=10)
    token = login.json()["access_token"]
    mine = httpx.get(f"{url[0]}/api/v1/tasks", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert "Water the plants" in mine.text
    children = up.children()

    up.popen.send_signal(signal.SIGTERM)

    assert up.popen.wait(60) == 0
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_a_part_that_dies_is_named_and_takes_the_rest_with_it(up: Up) -> None:
    up.until("curl")
    children = up.children()

    next(child for child in children if child.cmdline()[-2:] == ["-m", "api.worker"]).kill()

    up.until("worker ended by itself")
    assert up.popen.wait(60) == 1
    assert psutil.wait_procs(children, timeout=10)[1] == []


def test_a_killed_command_leaves_no_orphans(up: Up) -> None:
    up.until("curl")
    children = up.children()

    up.popen.kill()

    assert psutil.wait_procs(children, timeout=30)[1] == []


def test_kept_data_is_there_again_the_next_time(server_folder: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("walks Linux's folders")
    for _ in range(2):
        again = Up("--demo-data", "--data", str(server_folder / "kept"))
        curl = again.until("curl")
        again.popen.send_signal(signal.SIGINT)
        again.popen.communicate(timeout=60)
        assert again.popen.returncode == 0
        assert curl
    assert (server_folder / "kept" / "postgres" / "PG_VERSION").exists()
