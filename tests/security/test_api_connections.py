"""A place is taken when the work is there, and a deadline ends with the last byte in both directions."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import yaml

from tests.security.attack import POD_BYTES, judge, signed_in

if TYPE_CHECKING:
    from tests.security.attack import Target

SMOKE = Path(__file__).parents[2] / "cluster_manifests/platform/rollouts/analysistemplate-smoke.yaml"
HALF_BODY = (
    b"POST /api/v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"content-length: 60000\r\n\r\n{"
)


async def held(
    target: Target, address: str, sent: bytes, *, number: int, seconds: float
) -> list[socket.socket]:
    """Opens connections that say so much and no more, and holds them for a while."""
    found = [await asyncio.to_thread(target.connect, address) for _ in range(number)]
    for connection in found:
        with suppress(OSError):
            connection.sendall(sent)
    await asyncio.sleep(seconds)
    return found


async def test_half_requests_of_two_addresses_take_nobodys_place(target: Target) -> None:
    async def attack() -> None:
        for address in ("127.0.0.2", "127.0.0.3"):
            for connection in await held(target, address, HALF_BODY, number=300, seconds=1.5):
                connection.close()

    await judge(target, attack())

    assert target.count("rate_limited_total", limit="open") >= 100


async def test_silence_and_half_heads_of_one_address_crowd_nobody_out(target: Target) -> None:
    async def attack() -> None:
        connections = await held(target, "127.0.0.4", b"GET / HTTP/1.1\r\n", number=560, seconds=1)
        for connection in connections:
            connection.close()

    await judge(target, attack())

    assert target.count("connections_refused_total", reason="429") >= 40


async def test_callers_who_hang_up_amid_a_body_are_no_failure_of_ours(target: Target) -> None:
    async def attack() -> None:
        for _ in range(40):
            connection = await asyncio.to_thread(target.connect, "127.0.0.5")
            connection.sendall(HALF_BODY)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()

    before = target.count("http_request_duration_seconds_count", status="499")
    await judge(target, attack())

    assert target.count("http_request_duration_seconds_count", status="499") - before >= 40


async def test_answers_that_nobody_reads_are_bounded_in_bytes(target: Target) -> None:
    async with target.client("127.0.0.6") as attacker:
        mine = await signed_in(attacker)
        operations = [{"op": "create", "title": "x", "description": "長" * 9_000}] * 22
        made = await attacker.post("/api/v1/tasks:bulk", json={"operations": operations}, headers=mine)
        assert made.status_code == 200, made.text
    request = (
        f"GET /api/v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: {mine['authorization']}\r\n\r\n".encode()
    )
    before, peak = target.count("connections_refused_total", reason="unread"), [0]

    async def attack() -> None:
        unread = []
        for _ in range(50):
            connection = await asyncio.to_thread(target.connect, "127.0.0.6", buffer=4096)
            with suppress(OSError):
                connection.sendall(request * 11)
            unread.append(connection)
            peak[0] = max(peak[0], target.memory())
        for _ in range(150):
            if target.count("connections_refused_total", reason="unread") > before:
                break
            await asyncio.sleep(0.1)
            peak[0] = max(peak[0], target.memory())
        for connection in unread:
            connection.close()

    await judge(target, attack())

    assert target.count("connections_refused_total", reason="unread") > before
    assert peak[0] <= POD_BYTES


async def test_the_clusters_questions_have_a_door_of_their_own(target: Target) -> None:
    async with httpx.AsyncClient() as anybody:
        outside = [
            (await anybody.get(target.url + path)).status_code for path in ("/metrics", "/ready", "/startup")
        ]
        probes = f"http://127.0.0.1:{target.probes}"
        inside = [
            (await anybody.get(probes + path)).status_code for path in ("/metrics", "/ready", "/health")
        ]
        others = [
            (await anybody.get(probes + path)).status_code
            for path in ("/api/v1/tasks", "/docs", "/api/v1/openapi.json")
        ]
        alive = (await anybody.get(f"{target.url}/health")).json()

    assert outside == [404] * 3
    assert inside == [200] * 3
    assert others == [404] * 3
    assert alive == {"status": "alive"}


async def test_what_a_canary_asks_last_is_answered_at_the_callers_door(target: Target) -> None:
    spec = yaml.safe_load(SMOKE.read_text(encoding="utf-8"))["spec"]
    [metric] = spec["metrics"]
    async with httpx.AsyncClient() as anybody:
        answer = await anybody.get(target.url + urlsplit(spec["args"][0]["value"]).path)

    assert answer.status_code == 200
    assert metric["provider"]["web"]["jsonPath"] == "{$.status}"
    assert metric["successCondition"] == f'result == "{answer.json()["status"]}"'
