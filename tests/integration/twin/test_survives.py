"""A standing twin survives whatever a client sends: a fault answers that client alone, and time goes on."""

from __future__ import annotations

import random
import socket
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
import pytest
from botocore.exceptions import BotoCoreError, ClientError

from twin.up.aws import SERVED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.integration.twin.conftest import Twin


@pytest.fixture(scope="module")
def twin(stand_up: Callable[..., AbstractContextManager[Twin]]) -> Iterator[Twin]:
    """Yields a twin of this file's own: what is sent here may change anything in it."""
    with stand_up("--port", "0", "--speed", "0") as found:
        yield found


SEEDS = range(12)
HOSTILE = (
    "",
    "x" * 3000,
    "${x}",
    "../../etc/passwd",
    "\u202e\u0000",
    "arn:aws:::::",
    "-1",
    "<a>&",
    "%s%n",
    "日本",
)
LINES = (
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /twin/state HTTP/9.9\r\nHost: localhost\r\n\r\n",
    b"POST /twin/jump HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n{}",
    b"POST /twin/jump HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST /twin/jump HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n\xff\xfe\x00{",
    b"GET /twin/timeline?since=" + b"9" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"HEAD /twin/state HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    b"BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET /twin/state HTTP/1.1\r\nHost: [::1\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n",
)
BODIES = (
    b"[" * 100_000,
    b'{"to": 1e999}',
    b'{"to": "+99999999999h"}',
    b'{"to": "9999-12-31T23:59:59+14:00"}',
    b'{"speed": NaN}',
    b'{"speed": -1}',
    b'{"name": null}',
    b"null",
    b'"\\ud800"',
)


def send(twin: Twin, data: bytes) -> bytes:
    at = urlsplit(twin.url)
    with socket.create_connection((at.hostname, at.port), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while part := connection.recv(65536):
            found += part
    return found


def lives(twin: Twin) -> None:
    """Asks whether nothing broke and an hour can pass."""
    before = twin.state()
    assert before["fault"] is None, before["fault"]
    status, found = twin.ask("/twin/jump", {"to": "+5m"})
    assert status == 200, found
    passed = datetime.fromisoformat(found["now"]) - datetime.fromisoformat(before["now"])
    assert passed.total_seconds() >= 299


def value_of(shape: Any, chance: random.Random, depth: int = 0) -> Any:
    """Makes a value that a parser lets through, as hostile as its type allows."""
    kind = shape.type_name
    if kind == "structure":
        wanted = [
            name
            for name in shape.members
            if name in shape.required_members or (depth < 2 and chance.random() < 0.3)
        ]
        return {name: value_of(shape.members[name], chance, depth + 1) for name in wanted}
    if kind == "list":
        return (
            [value_of(shape.member, chance, depth + 1) for _ in range(chance.randrange(3))]
            if depth < 4
            else []
        )
    if kind == "map":
        return {chance.choice(HOSTILE[2:]): value_of(shape.value, chance, depth + 1)} if depth < 4 else {}
    plain = {
        "boolean": lambda: chance.random() < 0.5,
        "integer": lambda: chance.choice((0, -1, 2**31 - 1)),
        "long": lambda: chance.choice((0, -1, 2**62)),
        "float": lambda: chance.choice((0.0, -1.5)),
        "double": lambda: chance.choice((0.0, 1e300)),
        "timestamp": lambda: datetime(1970, 1, 1),  # noqa: DTZ001 -- as a client may send it
        "blob": lambda: b"\x00\xff" * chance.randrange(50),
    }
    made = plain.get(kind)
    return made() if made else chance.choice((*HOSTILE, *getattr(shape, "enum", ())))


@pytest.mark.parametrize("data", LINES, ids=range(len(LINES)))
def test_a_malformed_request_is_answered_or_dropped_and_nobody_else_notices(twin: Twin, data: bytes) -> None:
    answer = send(twin, data)

    assert answer == b"" or answer.startswith(b"HTTP/1.1 ") or b"Error" in answer
    assert twin.state()["fault"] is None


@pytest.mark.parametrize("path", ["/twin/jump", "/twin/alarm", "/twin/speed"])
def test_a_hostile_body_is_refused_in_words(twin: Twin, path: str) -> None:
    for body in BODIES:
        status, found = twin.ask(path, body)
        assert (status, list(found)) == (400, ["error"]), (body[:40], found)


@pytest.mark.parametrize("seed", SEEDS)
def test_random_bytes_are_survived(twin: Twin, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- repeats
    start = chance.choice((b"GET ", b"POST /twin/", b"", b"POST / HTTP/1.1\r\nHost: localhost\r\n"))
    send(twin, start + chance.randbytes(chance.randrange(1, 2000)) + b"\r\n\r\n")

    assert twin.state()["fault"] is None


@pytest.mark.parametrize("service", sorted(SERVED.values()))
def test_calls_with_hostile_values_are_answered_as_aws_answers(twin: Twin, service: str) -> None:
    chance = random.Random(service)  # noqa: S311 -- repeats
    client = twin.client(service)
    model = botocore.session.get_session().get_service_model(service)
    for name in chance.sample(model.operation_names, min(12, len(model.operation_names))):
        shape = model.operation_model(name).input_shape
        params = value_of(shape, chance) if shape else {}
        try:
            client._make_api_call(name, params)
        except ClientError as refused:
            assert refused.response["Error"]["Code"], name  # noqa: PT017 -- an answer is right too
        except BotoCoreError:
            continue  # botocore itself refused to send it, or cannot read what moto's serializers write
    lives(twin)


def test_a_function_that_is_no_templates_is_refused_and_not_made(twin: Twin) -> None:
    client = twin.client("lambda")
    with pytest.raises(ClientError, match="runs the code of its template alone"):
        client.create_function(
            FunctionName="mine", Runtime="python3.12", Role="arn:aws:iam::123456789012:role/r",
            Handler="a.b", Code={"ZipFile": b"PK"},
        )  # fmt: skip

    assert "mine" not in {each["FunctionName"] for each in client.list_functions()["Functions"]}
    lives(twin)
