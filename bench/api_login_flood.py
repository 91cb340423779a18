"""A reader while forty others guess passwords without a pause, beside the same reader in peace.

The hash costs what it costs in production, and the limits on signing in are out of the way: only the bounded
room for hashes stands between the flood and the reader.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from api import servers
from api.migrations.run import upgrade
from api.servers.stack import programs

ROUNDS = 5
SECONDS = 2.0
HERE = Path(__file__).resolve().parent
SETTINGS = dict.fromkeys(("USER_LIMIT", "IP_LIMIT", "LOGIN_IP_LIMIT", "LOGIN_ACCOUNT_LIMIT"), "1000000000")
ACCOUNT = {"username": "bench", "password": "correct horse battery", "email": "bench@example.org"}


def run() -> list[dict[str, Any]]:
    """Measures the reader's p99 and the process's memory, by turns in peace and in the flood."""
    with tempfile.TemporaryDirectory(prefix="toban-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers.running(servers.embedded(), folder) as pair:
            upgrade(pair.admin_url)
            api = programs(
                database_url=pair.admin_url, redis_url=pair.redis_url, folder=folder, settings=SETTINGS
            ).api
            api.start()
            try:
                assert api.process is not None
                return _measure(api.url, api.port, psutil.Process(api.process.pid))
            finally:
                api.stop()


def _measure(url: str, port: int, process: psutil.Process) -> list[dict[str, Any]]:
    _ask(url + "/api/v1/auth/register", ACCOUNT)
    login = {name: ACCOUNT[name] for name in ("username", "password")}
    token = _ask(url + "/api/v1/auth/login", login)["access_token"]
    reader = {
        "method": "GET",
        "paths": ["/api/v1/tasks"],
        "status": 200,
        "connections": 4,
        "seconds": SECONDS,
    }
    reader |= {"port": port, "run": "r", "headers": {"authorization": f"Bearer {token}"}}
    guesser = {"method": "POST", "paths": ["/api/v1/auth/login"], "status": 401, "connections": 40}
    guesser |= {"seconds": SECONDS + 0.5, "port": port, "run": "g", "headers": {}}
    guesser["body"] = json.dumps({"username": "bench", "password": "wrong"})
    pairs, memory = [], 0
    for _ in range(ROUNDS):
        peace = _load(reader).communicate()[0]
        flood = _load(guesser)
        disturbed = _load(reader).communicate()[0]
        memory = max(memory, process.memory_info().rss)
        flood.communicate()
        pairs.append((json.loads(disturbed), json.loads(peace)))
    assert all(seen["others"] == 0 for pair in pairs for seen in pair), "a reader was refused"
    rows = []
    for key, unit in (("p99", "p99 ms"), ("per_second", "req/s")):
        ratios = [ours[key] / peer[key] for ours, peer in pairs]
        rows.append(
            {
                "name": "GET in a login flood",
                "ours": median(ours[key] for ours, _ in pairs),
                "peer": median(peer[key] for _, peer in pairs),
                "ratio": median(ratios),
                "spread": (min(ratios), max(ratios)),
                "unit": unit,
                "rounds": ROUNDS,
                "peer_name": "the same reader in peace",
            }
        )
    limit = 256.0
    rows.append({"name": "RSS in a login flood", "ours": memory / 2**20, "peer": limit, "unit": "MiB"})
    rows[-1] |= {
        "ratio": memory / 2**20 / limit,
        "spread": "",
        "rounds": ROUNDS,
        "peer_name": "the promised limit",
    }
    return rows


def _load(plan: dict[str, Any]) -> subprocess.Popen[str]:
    loading = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(HERE / "_http_load.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert loading.stdin is not None
    loading.stdin.write(json.dumps(plan))
    loading.stdin.close()
    loading.stdin = None
    return loading


def _ask(url: str, body: Any) -> Any:
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
        return json.load(answer)
