"""One reading of a request, a path and a text; and what is odd is refused in words, never a 5xx."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.security.attack import PASSWORD, signed_in

if TYPE_CHECKING:
    from tests.security.attack import Target

HOST = b"host: x\r\n"
POST = b"POST /api/v1/auth/login HTTP/1.1\r\n" + HOST + b"content-type: application/json\r\n"
HIDDEN = b"GET /hidden HTTP/1.1\r\nhost: x\r\n\r\n"
LENGTHS = (
    b"content-length: 5\r\ncontent-length: 6\r\n", b"content-length: 5, 6\r\n", b"content-length: +5\r\n",
    b"content-length: -5\r\n", b"content-length: 0x5\r\n", b"content-length: 5 5\r\n",
    b"content-length:\r\n", b"content-length: 5\r\ntransfer-encoding: chunked\r\n",
    b"transfer-encoding: chunked\r\ncontent-length: 5\r\n", b"transfer-encoding: identity\r\n",
    b"transfer-encoding: chunked, identity\r\n", b"transfer-encoding: xchunked\r\n",
    b"transfer-encoding : chunked\r\n", b"transfer-encoding:\x0bchunked\r\n", b"content-length : 5\r\n",
    b"content-length: 99999999999999999999\r\n", b"content-length: 5a\r\n",
)  # fmt: skip
HEADS = (
    b"GET /health HTTP/1.1\nhost: x\n\n", b"GET /health HTTP/1.1\r\nhost: x\r\n bent: 1\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: x\r\nx\x00y: 1\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: x\r\nx: a\x00b\r\n\r\n",
    b"GET /health HTTP/1.1\r\nhost: x\r\nbare\r\n\r\n", b"GET /health HTTP/1.1\r\n: x\r\n\r\n",
    b"GET /health HTTP/9.9\r\nhost: x\r\n\r\n", b"GET\t/health HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET /he alth HTTP/1.1\r\nhost: x\r\n\r\n", b"G\x00T /health HTTP/1.1\r\nhost: x\r\n\r\n",
    b"/health\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET /health HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n",
    b"GET /health HTTP/1.1\r\n\r\n",
)  # fmt: skip


def said(target: Target, sent: bytes) -> bytes:
    """Everything that comes back until the other side closes, or nothing more comes."""
    with target.connect("127.0.0.9") as connection:
        connection.settimeout(3)
        text = b""
        try:
            connection.sendall(sent)
            while piece := connection.recv(65_536):
                text += piece
        except (TimeoutError, ConnectionError):
            pass
        return text


async def test_no_length_that_two_could_read_differently_hides_a_request(target: Target) -> None:
    bodies = await asyncio.gather(
        *(
            asyncio.to_thread(said, target, POST + length + b"connection: close\r\n\r\n0\r\n\r\n" + HIDDEN)
            for length in LENGTHS
        )
    )
    statuses = {
        length: [int(part[:3]) for part in body.split(b"HTTP/1.1 ")[1:]]
        for length, body in zip(LENGTHS, bodies, strict=True)
    }

    assert all(len(found) <= 1 for found in statuses.values()), statuses
    assert all(status in {400, 408, 411, 413, 422} for found in statuses.values() for status in found), (
        statuses
    )


async def test_what_is_no_http_is_refused_and_nothing_falls_over(target: Target) -> None:
    before = target.failures()
    bodies = await asyncio.gather(*(asyncio.to_thread(said, target, head) for head in HEADS))
    odd = {
        head: body[:40]
        for head, body in zip(HEADS, bodies, strict=True)
        if body
        and not body.startswith(
            (b"HTTP/1.1 400", b"HTTP/1.1 404", b"HTTP/1.1 405", b"HTTP/1.1 505", b"HTTP/1.1 408")
        )
    }

    assert odd == {}
    assert target.failures() == before


async def test_an_upgrade_is_none(target: Target) -> None:
    upgrade = (
        b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n"
        b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert (await asyncio.to_thread(said, target, upgrade)).startswith(b"HTTP/1.1 200 ")


PATHS = (
    "//api/v1/users/me", "/api//v1/users/me", "/api/v1//users/me", "/api/v1/users/me/", "/API/v1/users/me",
    "/api/v1/users/%6de", "/api/v1/users/me%2f", "/api/v1/users%2fme", "/api/v1/./users/me",
    "/api/v1/x/../users/me", "/api/v1/%2e%2e/v1/users/me", "/api/v1/users/me;x", "/api/v1/users/me%00",
    "/api/v1/users/me%0a", "/api/v1/users/me%20", "/api%2fv1/users/me", "/api/v1/auth/login/../../users/me",
    "/api/v1/auth/login%2f..%2f..%2fusers/me", "/api/v1/openapi.json/../users/me",
    "/health/../api/v1/users/me", "/docs/../api/v1/users/me", "/api/v1/users/me?", "/api/v1/users/me#",
    "/api/v1/users/me.json", "/api/v1/tasks/", "/api/v1/tasks%3abulk", "/api/v1/tasks:bulk/",
    "/api/v1/sessions/", "/./api/v1/users/me",
)  # fmt: skip


async def test_no_spelling_of_a_path_is_a_way_in_without_a_token(target: Target) -> None:
    bodies = await asyncio.gather(
        *(
            asyncio.to_thread(
                said, target, f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
            )
            for path in PATHS
        )
    )
    statuses = {path: int(body.split(b" ")[1]) for path, body in zip(PATHS, bodies, strict=True)}

    assert len(PATHS) == 29
    assert {path: status for path, status in statuses.items() if status not in {400, 401, 404}} == {}


TEXTS = (
    "' OR 1=1 --", '"; DROP TABLE tasks; --', "$1", "%s", "{}", "\\", "'", '"', "&", "|", "!", "a & b",
    "a | !b", "<->", ":*", "(", ")", "a:*", "-", "--", "OR", "or or", '""', '"a', "\u0000"[:0] + "x\u0001",
    "\ud7ff", "\U0010ffff", "ﷺ" * 60, "́" * 150, "a" * 200, " " * 200, "%", "_", "\\x", "\uff07", "会議", "🔑",
    "\u202e", "a\r\nb",
)  # fmt: skip


async def test_no_text_is_an_order_or_an_error(target: Target) -> None:
    async with target.client("127.0.0.10") as client:
        client.headers.update(await signed_in(client))
        before = target.failures()
        made, found = [], []
        for text in TEXTS:
            made.append(await client.post("/api/v1/tasks", json={"title": text or "x", "description": text}))
            found.append(await client.get("/api/v1/tasks", params={"q": text or "x"}))
        listed = (await client.get("/api/v1/tasks", params={"limit": 100})).json()["items"]

    assert len(TEXTS) >= 35
    assert {answer.status_code for answer in made} <= {201, 422}
    assert {answer.status_code for answer in found} <= {200, 422, 429}
    kept = {task["description"] for task in listed}
    assert [
        text
        for text, answer in zip(TEXTS, made, strict=True)
        if answer.status_code == 201 and text not in kept
    ] == []
    assert target.failures() == before


BODIES: tuple[bytes, ...] = (
    b"", b"null", b"[]", b"0", b'"x"', b"{", b"}", b"[" * 10_000, b'{"title":' * 2_000,
    b'{"title": "\\ud800"}', b'{"title": "\\u0000"}', b"\xff\xfe{\x00}\x00", b'\xef\xbb\xbf{"title": "x"}',
    b'{"title": ' + b"9" * 60_000 + b"}", b'{"title": "x", "title": "y", "x": 1}',
    b"{" + b",".join(b'"k%d": 1' % n for n in range(5_000)) + b"}", b'{"title": "x", "user_id": 1}',
    b'{"title": "x", "id": 1}', b'{"title": "x", "version": 9}', b'{"title": "x", "words": "x"}',
    b'{"title": "x", "__proto__": {}}', b'{"title": "x", "created_at": "2030-01-01T00:00:00Z"}',
    b'{"title": NaN}', b'{"title": 1e999}', b'{"title": true}',
    b'{"title": "x", "due_date": "0001-01-01T00:00:01Z"}',
    b'{"title": "x", "due_date": "9999-12-31T23:59:60Z"}', b'{"title": "x", "due_date": 1e308}',
    b'{"title": "x", "status": ["TODO"]}', b'{"title": {"$ne": ""}}', b"title=x", b"<x/>",
    b'{"title": "x"}{"title": "y"}', b'{"title": "x"},', b"\x00" * 100,
)  # fmt: skip


async def test_no_body_is_an_error_of_ours_or_writes_what_it_may_not(target: Target) -> None:
    async with target.client("127.0.0.11") as client:
        client.headers.update(await signed_in(client))
        before = target.failures()
        answers = [
            await client.post("/api/v1/tasks", content=body, headers={"content-type": "application/json"})
            for body in BODIES
        ]
        kinds = [
            await client.post("/api/v1/tasks", content=b'{"title": "x"}', headers={"content-type": kind})
            for kind in (
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "application/xml",
                "",
                "json",
            )
        ]

    assert len(BODIES) == 35
    wrong = {
        body[:40]: answer.status_code
        for body, answer in zip(BODIES, answers, strict=True)
        if answer.status_code not in {400, 422}
    }
    assert wrong == {}
    assert {answer.status_code for answer in kinds} == {415}
    assert target.failures() == before


async def test_no_header_or_name_reaches_a_log_or_an_answer_as_a_line_of_its_own(target: Target) -> None:
    async with target.client("127.0.0.12") as client:
        mine = await signed_in(client)
        agent = 'x"}\\n{"event":"forged"'
        login: dict[str, Any] = {"username": 'nobody\n{"event":"forged"}', "password": PASSWORD}
        await client.post("/api/v1/auth/login", json=login, headers={"user-agent": agent})
        for origin in ("https://evil.example", "null", "http://x.evil"):
            answer = await client.get("/api/v1/tasks", headers=mine | {"origin": origin})
            assert not [name for name in answer.headers if name.startswith("access-control")]
    log = target.program.log

    assert not [line for line in log.splitlines() if line.startswith('{"event":"forged"')]
    assert PASSWORD not in log
    assert mine["authorization"].split()[1] not in log


@pytest.mark.parametrize("key", ["one-key"])
async def test_one_key_sent_at_once_has_one_effect(target: Target, key: str) -> None:
    async with target.client("127.0.0.13") as client:
        client.headers.update(await signed_in(client))
        same = {"json": {"title": "once"}, "headers": {"idempotency-key": key}}
        answers = await asyncio.gather(*(client.post("/api/v1/tasks", **same) for _ in range(24)))
        task = next(answer.json() for answer in answers if answer.status_code == 201)
        listed = (await client.get("/api/v1/tasks")).json()["items"]
        changes = await asyncio.gather(
            *(
                client.patch(
                    f"/api/v1/tasks/{task['id']}", json={"title": f"{n}"}, headers={"if-match": '"1"'}
                )
                for n in range(20)
            )
        )

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len(listed) == 1
    assert sorted(answer.status_code for answer in changes) == [200] + [412] * 19
