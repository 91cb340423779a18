"""A twin that stands in a process of its own, where its virtual time and its hooks trouble nobody."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]
TOBAN = [sys.executable, "-c", "from toban.main import run; run()"]


@dataclass
class Twin:
    process: subprocess.Popen[bytes]
    url: str
    printed: Path

    def ask(self, path: str, given: Any = None, **headers: str) -> tuple[int, Any]:
        """Returns the status and the JSON that the twin answers."""
        data = None if given is None else given if isinstance(given, bytes) else json.dumps(given).encode()
        every = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.url + path, data=data, headers=every)  # noqa: S310 -- loopback
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 -- loopback
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def state(self) -> dict[str, Any]:
        status, found = self.ask("/twin/state")
        assert status == 200, found
        return dict(found)

    def environment(self, name: str) -> dict[str, Any]:
        return next(
            dict(environment) for environment in self.state()["environments"] if environment["name"] == name
        )

    def ready_nodes(self, name: str) -> int:
        return sum(node["ready"] for node in self.environment(name)["nodes"])

    def jump(self, to: str) -> datetime:
        status, found = self.ask("/twin/jump", {"to": to})
        assert status == 200, found
        return datetime.fromisoformat(found["now"])

    def toban(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of a person who named this twin and whose shell holds an account that is none."""
        environment = {
            **os.environ,
            "TOBAN_TWIN": self.url,
            "TOBAN_OWNER": "aoi",
            "AWS_ACCESS_KEY_ID": "AKIAREALPERSON",
            "AWS_SECRET_ACCESS_KEY": "real",
        }
        return subprocess.run(  # noqa: S603 -- ours
            [*TOBAN, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def client(self, service: str) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name="ap-northeast-1",
            aws_access_key_id="any",
            aws_secret_access_key="any",
            endpoint_url=self.url,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def stop(self) -> str:
        """Asks it to stop, and returns what it printed in its life."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)
        return self.printed.read_text(encoding="utf-8")


@contextmanager
def standing(*words: str) -> Iterator[Twin]:
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder) / "printed"
        with printed.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 -- ours
                [*TOBAN, "twin", "up", *words], cwd=ROOT, stdout=file, stderr=subprocess.STDOUT
            )
        try:
            yield Twin(process, _address(process, printed), printed)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _address(process: subprocess.Popen[bytes], printed: Path) -> str:
    """Waits until the twin has printed its address; ten glances a second are cheap beside its start."""
    while True:
        said = printed.read_text(encoding="utf-8")
        found = re.search(r"the twin stands at (\S+),", said)
        if found:
            return found[1]
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
            pytest.fail(f"the twin did not stand up: {said}")


@pytest.fixture(scope="session")
def stand_up() -> Callable[..., Any]:
    return standing


@pytest.fixture(scope="session")
def twin() -> Iterator[Twin]:
    """Yields a twin that began on 11 December 2026, Asia/Tokyo; its time goes on only when a test lets it."""
    with standing("--port", "0", "--from", "2026-12-11", "--speed", "0") as found:
        yield found


@pytest.fixture(scope="module")
def friday() -> Iterator[Twin]:
    """Yields another at noon of that Friday."""
    with standing("--port", "0", "--from", "2026-12-11", "--speed", "0") as found:
        yield found
