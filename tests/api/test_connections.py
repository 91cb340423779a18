"""A connection that is slow, endless or unread ends by itself, and costs others nothing."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import httpx
import pytest

from api.servers.stack import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api import servers as real
    from api.servers.program import Program

SETTINGS = {"HEAD_S": "1.5", "WRITE_S": "1", "CONNECTIONS": "60", "REDIS_S": "2", "PASSWORD_MEMORY_KIB": "8"}
FILLER = b"x-filler: " + b"y" * 1000 + b"\r\n"


@pytest.fixture(scope="module")
def api(servers: real.Pair, database_url: str, redis_url: str, server_folder: str) -> Iterator[Program]:
    folder = server_folder / f"connections-{servers.kind}"  # type: ignore[operator]
    folder.mkdir()
    api = programs(database_url=database_url, redis_url=redis_url, folder=folder, settings=SETTINGS).api
    api.start()
    yield api
    api.stop()


def connect(api: Program, *, buffer: int = 0) -> socket.socket:
    found = socket.socket()
    if buffer:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    found.settimeout(15)
    found.connect(("127.0.0.1", api.port))
    return found


def said(connection: socket.socket) -> bytes:
    """All that comes until the other side closes, or resets after a refusal that was not read to its end."""
    text = b""
    try:
        while piece := connection.recv(65_536):
            text += piece
    except ConnectionResetError:
        text += b" (reset)"
    return text


def refusals(api: Program, reason: str) -> float:
    lines = httpx.get(f"{api.url}/metrics").text.splitlines()
    return sum(
        float(line.split()[-1]) for line in lines if f'connections_refused_total{{reason="{reason}"' in line
    )


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /health HTTP/1.1\r\nhost: x\r\n" + FILLER * 40 + b"\r\n", 431),
        (b"GET /health HTTP/1.1\r\nhost: x\r\n" + FILLER * 40, 431),
        (b"GET /health HTTP/1.1\r\nhost: x\r\nx-endless: " + b"y" * 40_000, 431),
        (b"GET /" + b"u" * 9_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", 414),
        (b"GET /health HTTP/1.1\r\nhost: x\r\nauthorization: Bearer " + b"t" * 2_000_000, 431),
        (b"GET /health HTTP/1.1\r\nhost: x\r\n", 408),
        (b"GET /health HTTP/1.1\r\nhost: x\r\n" + FILLER * 20 + b"\r\n", 200),
    ],
)
def test_a_head_is_bounded_in_size_and_time(api: Program, sent: bytes, status: int) -> None:
    with connect(api) as connection:
        with suppress(ConnectionResetError, BrokenPipeError):
            connection.sendall(sent)
        if status == 200:
            connection.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        text = said(connection)

    assert text.startswith(f"HTTP/1.1 {status} ".encode()) or (status == 431 and text == b" (reset)")
    assert httpx.get(f"{api.url}/health").status_code == 200


def test_silent_connections_and_drops_of_a_head_end(api: Program) -> None:
    silent = [connect(api) for _ in range(20)]
    dripping = connect(api)
    began = time.monotonic()

    dripping.sendall(b"GET /health HTTP/1.1\r\n")
    texts = {said(connection) for connection in silent}
    dripped = said(dripping)

    assert texts == {b""}
    assert dripped.startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 10


def test_a_kept_connection_does_not_live_on_line_breaks(api: Program) -> None:
    with connect(api) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        answer = connection.recv(65_536)
        while not answer.partition(b"\r\n\r\n")[2]:
            # Head and body are two writes, and whoever is quick sees the first alone.
            answer += connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 200 ")
        connection.sendall(b"\r\n")
        text = said(connection)

    assert text == b"" or text.startswith(b"HTTP/1.1 408 ")


def test_one_connection_too_many_is_told_so(api: Program) -> None:
    held = [connect(api) for _ in range(60)]

    with connect(api) as refused:
        text = said(refused)
    for connection in held:
        connection.close()

    assert text.startswith(b"HTTP/1.1 503 ")


def test_an_answer_that_nobody_reads_is_given_up(api: Program) -> None:
    account = {"username": "slow-reader", "password": "correct horse battery"}
    with httpx.Client(base_url=api.url) as client:
        client.post("/api/v1/auth/register", json=account | {"email": "slow@example.org"}).raise_for_status()
        token = client.post("/api/v1/auth/login", json=account).json()["access_token"]
        mine = {"authorization": f"Bearer {token}"}
        operations = [{"op": "create", "title": "x", "description": "長" * 9_000}] * 22
        client.post("/api/v1/tasks:bulk", json={"operations": operations}, headers=mine).raise_for_status()
    before = refusals(api, "unread")
    unread = [connect(api, buffer=4096) for _ in range(5)]
    for connection in unread:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The kernel takes a megabyte or more by itself: only what is beyond it lies in our memory.
        request = f"GET /api/v1/tasks HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
        connection.sendall(request.encode() * 10)

    deadline = time.monotonic() + 15
    while refusals(api, "unread") - before < 5:
        assert time.monotonic() < deadline
    for connection in unread:
        connection.close()

    assert httpx.get(f"{api.url}/ready").status_code == 200
