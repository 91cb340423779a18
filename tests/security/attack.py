"""An attack is judged by what somebody else notices: errors, waiting, the process's memory, its probes.

Every address of 127.0.0.0/8 is this machine's, so attackers and bystanders come from addresses of their own.
Attacks are bounded in number and on loopback.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx
import psutil

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from api.servers.program import Program

POD_BYTES = 512 * 2**20
"""The memory limit of cluster_manifests/base/api/deployment.yaml."""
SLACK_S = 0.5
"""A bystander may wait so much beside three times the quiet p99: all of them share two cores here."""
PASSWORD = "otter kettle violin"
_numbers = itertools.count(1)


@dataclass
class Target:
    """An API under attack, and the port of its probes."""

    program: Program
    probes: int

    @property
    def url(self) -> str:
        return self.program.url

    def memory(self) -> int:
        """Resident bytes of the process."""
        assert self.program.process is not None
        return int(psutil.Process(self.program.process.pid).memory_info().rss)

    def metrics(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.probes}/metrics").text

    def count(self, name: str, **labels: str) -> float:
        """Sums a metric over all of its series that have these labels."""
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(
            float(line.split()[-1])
            for line in self.metrics().splitlines()
            if line.startswith((name + "{", name + " ")) and all(each in line for each in wanted)
        )

    def failures(self) -> float:
        """How many answers were 5xx, as the error budget counts them."""
        lines = self.metrics().splitlines()
        return sum(
            float(line.split()[-1])
            for line in lines
            if line.startswith("http_request_duration_seconds_count") and 'status="5' in line
        )

    def client(self, address: str, **options: Any) -> httpx.AsyncClient:
        """A client that comes from this address of the machine."""
        transport = httpx.AsyncHTTPTransport(local_address=address)
        return httpx.AsyncClient(base_url=self.url, transport=transport, timeout=20, **options)

    def connect(self, address: str, *, buffer: int = 0) -> socket.socket:
        """A bare connection from this address; `buffer` bounds what its kernel reads ahead."""
        found = socket.socket()
        if buffer:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        found.bind((address, 0))
        found.settimeout(15)
        found.connect(("127.0.0.1", self.program.port))
        return found


async def signed_in(client: httpx.AsyncClient, name: str = "") -> dict[str, str]:
    """Makes an account, signs in, and returns the header field that says so."""
    name = name or f"somebody-{next(_numbers)}"
    account = {"username": name, "password": PASSWORD}
    await client.post("/api/v1/auth/register", json=account | {"email": f"{name}@example.org"})
    answer = await client.post("/api/v1/auth/login", json=account)
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


@dataclass
class Noticed:
    """What a bystander saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def p99(self) -> float:
        return sorted(self.seconds)[math.ceil(len(self.seconds) * 0.99) - 1]

    @property
    def errors(self) -> int:
        return sum(status != 200 for status in self.statuses)


class Bystander:
    """Somebody else, who reads tasks from an address and a process of their own."""

    def __init__(self, target: Target, address: str = "127.0.0.77") -> None:
        self._target = target
        self._address = address
        self._mine = ""

    async def __aenter__(self) -> Self:
        async with self._target.client(self._address) as client:
            mine = await signed_in(client)
            await client.post("/api/v1/tasks", json={"title": "mine"}, headers=mine)
        self._mine = mine["authorization"]
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def notice(self, attack: Awaitable[Any] | None = None, *, least: int = 100) -> Noticed:
        """Asks at least so often, and for as long as the attack lasts if there is one."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("bystander.py")),
            self._target.url,
            self._address,
            self._mine,
            str(least),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            if attack is not None:
                await attack
        finally:
            said, _ = await process.communicate(b"")
        return Noticed(*json.loads(said))


async def judge(target: Target, attack: Awaitable[Any]) -> None:
    """Runs an attack and holds what everybody else notices of it to what was promised.

    Nobody else sees an error or waits longer than three times as long as in peace; memory stays within the
    pod's; no answer counts as our failure; `/health` answers; and afterwards all is as before.
    """
    async with Bystander(target) as bystander, httpx.AsyncClient() as kubelet:
        failures = target.failures()
        quiet = await bystander.notice()
        seen = await bystander.notice(attack)
        health = await kubelet.get(f"http://127.0.0.1:{target.probes}/health", timeout=2)
        ready = await kubelet.get(f"http://127.0.0.1:{target.probes}/ready", timeout=2)
        after = await bystander.notice()

        assert seen.errors == 0, sorted(set(seen.statuses))
        assert seen.p99 <= 3 * quiet.p99 + SLACK_S, (seen.p99, quiet.p99)
        assert (health.status_code, ready.status_code) == (200, 200)
        assert target.memory() <= POD_BYTES
        assert target.failures() == failures
        assert after.errors == 0
        assert after.p99 <= 3 * quiet.p99 + SLACK_S
