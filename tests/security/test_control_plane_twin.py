"""A standing twin answers nonsense, takes no request inside another, and stands in no frame."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from twin.up import commands, routes
from twin.up.server import Server
from twin.up.wire import Answer, Refusal, Request, as_json

SMUGGLED = b"POST /twin/jump HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def served() -> Iterator[tuple[int, list[Request]]]:
    seen: list[Request] = []

    def answer(request: Request) -> Answer:
        seen.append(request)
        if request.path == "/breaks":
            raise TypeError("unhashable type: 'list'")
        return as_json({"path": request.path})

    server = Server(0)
    server.start(answer)
    yield int(server.url.rsplit(":", 1)[1]), seen
    server.close()


def exchange(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize(
    "head",
    [
        b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % len(SMUGGLED) + SMUGGLED + b"\r\n0\r\n\r\n",
        b"transfer-encoding: identity, chunked\r\nContent-Length: 4\r\n\r\n" + SMUGGLED,
        b"Content-Length: 0\r\nContent-Length: 58\r\n\r\n" + SMUGGLED,
    ],
)
def test_a_body_whose_end_is_in_doubt_is_never_read_as_the_next_request(
    served: tuple[int, list[Request]], head: bytes
) -> None:
    port, seen = served
    received = exchange(port, b"POST /twin/state HTTP/1.1\r\nHost: x\r\n" + head)

    assert received.startswith(b"HTTP/1.1 411 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert seen == []


def test_whoever_asks_hears_of_what_breaks_and_the_connection_lives_on(
    served: tuple[int, list[Request]],
) -> None:
    port, _ = served
    received = exchange(port, b"GET /breaks HTTP/1.1\r\nHost: x\r\n\r\nGET /fine HTTP/1.1\r\nHost: x\r\n\r\n")

    assert received.startswith(b"HTTP/1.1 500 ")
    assert b'"path": "/fine"' in received


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 50_000, b"\xff", b"[]", b"1" * 10_000])
def test_a_body_that_is_no_object_is_refused_in_a_sentence(body: bytes) -> None:
    request = Request("POST", "/twin/alarm", {"content-type": "application/json"}, body)
    with pytest.raises(Refusal):
        commands.json_body(request)


@pytest.mark.parametrize("name", [["a"], {"a": 1}, 5, None, "nobody"])
def test_a_name_that_is_none_is_no_alarm(monkeypatch: pytest.MonkeyPatch, name: Any) -> None:
    monkeypatch.setattr(commands, "alarms_of", lambda _world: [{"name": "one", "state": "OK"}])
    unreached: Any = SimpleNamespace()
    given = commands.Commands(unreached, unreached, unreached, unreached)
    with pytest.raises(Refusal, match="no alarm"):
        given.alarm({"name": name})


def test_the_page_stands_in_nobodys_frame_and_sends_its_forms_nowhere() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in routes.POLICY.split(";"))

    assert (
        rules["default-src"]
        == rules["frame-ancestors"]
        == rules["base-uri"]
        == rules["form-action"]
        == "'none'"
    )
