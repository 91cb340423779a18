"""The task API as it ships, beside a floor that does nothing but the query, by turns in the same minutes.

Ours checks a token and a session, counts two limits, keeps metrics, writes an access log, answers conditional
requests and holds every wait to a limit. Both run one process of uvicorn on the same PostgreSQL and rows.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil

from api import servers
from api.migrations.run import upgrade
from api.servers.local_server import free_port
from api.servers.stack import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS = 5
SECONDS = 2.0
CONNECTIONS = 16
TASKS = 1000
HERE = Path(__file__).resolve().parent
USUAL = dict.fromkeys(
    (
        *("USER_LIMIT", "IP_LIMIT", "LOGIN_IP_LIMIT", "LOGIN_ACCOUNT_LIMIT"),
        *("USER_TASKS", "USER_BYTES", "USER_KEYS", "USER_KEY_BYTES"),
    ),
    "1000000000",
)
"""The limits are counted as always; only their quotas are out of the load's way."""
BODY = json.dumps({"title": "Water the plants", "description": "both, and the one upstairs"})


@dataclass(frozen=True)
class Side:
    """One server under load."""

    port: int
    process: psutil.Process

    def measure(
        self, method: str, paths: list[str], status: int, *, body: str = "", **headers: str
    ) -> dict[str, float]:
        """Puts the load on once; returns requests per second, CPU ms a request, p99 in ms and RSS in MiB."""
        plan = {"method": method, "paths": paths, "status": status, "body": body, "port": self.port}
        plan |= {
            "connections": CONNECTIONS,
            "seconds": SECONDS,
            "run": os.urandom(4).hex(),
            "headers": headers,
        }
        before = self._cpu()
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, str(HERE / "_http_load.py")],
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            check=True,
        )
        seen = json.loads(done.stdout)
        assert seen["others"] == 0, f"{seen['others']} of {seen['requests']} answers were not {status}"
        cpu_ms = 1000 * (self._cpu() - before) / seen["requests"]
        return {
            "rate": seen["per_second"],
            "cpu": cpu_ms,
            "p99": seen["p99"],
            "rss": self.process.memory_info().rss / 2**20,
        }

    def _cpu(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


@dataclass(frozen=True)
class Case:
    """One kind of request, as ours and as the floor take it."""

    name: str
    ours: dict[str, Any]
    floor: dict[str, Any]
    cached: bool = True


def run() -> list[dict[str, Any]]:
    """Measures every kind of request in turn, ours and the floor by rounds."""
    with _sides() as (shipped, uncached, floor, ours_paths, floor_paths, headers, etag):
        read = {"method": "GET", "paths": floor_paths, "status": 200}
        page = {"method": "GET", "paths": ["/tasks?limit=50"], "status": 200}
        post = {"method": "POST", "paths": ["/tasks"], "status": 201, "body": BODY}
        mine = {"method": "GET", "paths": ours_paths, "status": 200, **headers}
        my_page = {**mine, "paths": ["/api/v1/tasks?limit=50"]}
        my_post = {**mine, "method": "POST", "paths": ["/api/v1/tasks"], "status": 201, "body": BODY}
        unchanged = {**my_page, "status": 304, "if-none-match": etag}
        cases = [
            Case("GET one, from PostgreSQL", mine, read, cached=False),
            Case("GET one", mine, read),
            Case("GET one, 304", {**mine, "status": 304, "if-none-match": '"1"'}, read),
            Case("list 50, from PostgreSQL", my_page, page, cached=False),
            Case("list 50", my_page, page),
            Case("list 50, 304", unchanged, page),
            Case("POST", my_post, post),
            Case("POST with Idempotency-Key", {**my_post, "idempotency-key": "{n}"}, post),
        ]
        rows: list[dict[str, Any]] = []
        for case in cases:
            rows += _compare(case, shipped if case.cached else uncached, floor)
    return rows


def _compare(case: Case, ours: Side, floor: Side) -> list[dict[str, Any]]:
    pairs = [(ours.measure(**case.ours), floor.measure(**case.floor)) for _ in range(ROUNDS)]
    rows = []
    for unit, key in (("req/s", "rate"), ("CPU ms/req", "cpu"), ("p99 ms", "p99"), ("RSS MiB", "rss")):
        ratios = [mine[key] / its[key] for mine, its in pairs]
        rows.append(
            {
                "name": case.name,
                "ours": median(mine[key] for mine, _ in pairs),
                "peer": median(its[key] for _, its in pairs),
                "ratio": median(ratios),
                "spread": (min(ratios), max(ratios)),
                "unit": unit,
                "rounds": ROUNDS,
                "peer_name": "bare FastAPI + asyncpg",
            }
        )
    return rows


@contextmanager
def _sides() -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers.running(servers.embedded(), folder) as pair:
            upgrade(pair.admin_url)
            yield from _started(pair, folder)


def _started(pair: servers.Pair, folder: Path) -> Iterator[Any]:
    made = {}
    for kind, cache in (("shipped", "30"), ("uncached", "0")):
        (folder / kind).mkdir()
        keys = folder / kind / "jwt-key"
        keys.write_text("0f8b6d5c4a392817f6e5d4c3b2a19080")
        made[kind] = programs(
            database_url=pair.admin_url,
            redis_url=pair.redis_url,
            folder=folder / kind,
            settings=USUAL | {"CACHE_S": cache},
        ).api
    floor: subprocess.Popen[bytes] | None = None
    try:
        for program in made.values():
            program.start()
        url = made["shipped"].url + "/api/v1"
        account = {"username": "bench", "password": "correct horse battery"}
        user = _ask(url + "/auth/register", {**account, "email": "bench@example.org"})["id"]
        token = _ask(url + "/auth/login", account)["access_token"]
        headers = {"authorization": f"Bearer {token}"}
        create = [{"op": "create", **json.loads(BODY)}] * 100
        ids = []
        for _ in range(TASKS // 100):
            ids += [
                result["task"]["id"]
                for result in _ask(url + "/tasks:bulk", {"operations": create}, **headers)["results"]
            ]
        port = free_port()
        floor = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, str(HERE / "_floor_app.py")],
            env=os.environ | {"DATABASE_URL": pair.admin_url, "PORT": str(port), "USER_ID": str(user)},
        )
        _wait(port)
        yield (
            Side(made["shipped"].port, psutil.Process(made["shipped"].process.pid)),
            Side(made["uncached"].port, psutil.Process(made["uncached"].process.pid)),
            Side(port, psutil.Process(floor.pid)),
            [f"/api/v1/tasks/{task}" for task in ids],
            [f"/tasks/{task}" for task in ids],
            headers,
            _etag(made["shipped"].url + "/api/v1/tasks?limit=50", headers),
        )
    finally:
        if floor is not None:
            floor.kill()
            floor.wait()
        for program in made.values():
            program.stop()


def _ask(url: str, body: Any, **headers: str) -> Any:
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, json.dumps(body).encode(), {"content-type": "application/json", **headers}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.load(answer)


def _etag(url: str, headers: dict[str, str]) -> str:
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:  # noqa: S310 - loopback
        return str(answer.headers["etag"])


def _wait(port: int) -> None:
    for _ in range(1200):
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # noqa: TID251 - a bench waits for its server
    raise AssertionError("the floor did not start")
