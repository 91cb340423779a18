"""What one caller does, slowly, falsely or by half, is counted as theirs and costs nobody else a place."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.addresses import caller_of
from api.main import create_app
from tests.api.routes.conftest import Person, serving, sign_in

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.settings import Settings

Someone = Callable[[], Awaitable[Person]]
ROOT = Path(__file__).parents[3]
LOGIN = "/api/v1/auth/login"
PATHS = json.loads((ROOT / "api/openapi.json").read_text())["paths"]
READS = [path for path, verbs in PATHS.items() if "get" in verbs]


class Caller:
    """A caller below HTTP: it sends as much of a request as it likes, and hangs up when it likes."""

    def __init__(self, app: FastAPI, path: str = LOGIN, *, address: str = "192.0.2.1", **scope: Any) -> None:
        headers = [(b"host", b"api"), (b"content-type", b"application/json"), (b"content-length", b"60000")]
        self.scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "client": (address, 1),
            "scheme": "http",
            "server": ("api", 80),
            "root_path": "",
            "app": app,
            **scope,
        }
        self.sent: list[Any] = []
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self.task = asyncio.create_task(app(self.scope, self.inbox.get, self._take))  # type: ignore[arg-type]

    async def _take(self, message: Any) -> None:
        self.sent.append(message)

    def say(self, body: bytes) -> None:
        self.inbox.put_nowait({"type": "http.request", "body": body, "more_body": True})

    def hang_up(self) -> None:
        self.inbox.put_nowait({"type": "http.disconnect"})

    async def status(self) -> int:
        await asyncio.wait_for(self.task, 10)
        return int(self.sent[0]["status"]) if self.sent else 0


@pytest.mark.parametrize("path", [*READS, "/metrics", "/api/v1/openapi.json", "/nowhere"])
async def test_head_is_get_without_the_body(person: Someone, path: str) -> None:
    someone = await person()
    path = path.replace("{id}", str((await someone.make())["id"]))
    await someone.ask("GET", path)

    head, get = await someone.ask("HEAD", path), await someone.ask("GET", path)

    assert (head.status_code, head.content) == (get.status_code, b"")
    told = [{n: v for n, v in answer.headers.items() if n != "ratelimit"} for answer in (head, get)]
    if path not in {"/metrics", "/nowhere"}:
        assert told[0] == told[1]


async def test_a_path_without_get_has_no_head_and_one_with_it_says_so(client: httpx.AsyncClient) -> None:
    refused, other = await client.head("/api/v1/auth/login"), await client.delete("/health")

    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert other.headers["allow"] == "GET, HEAD"


async def test_half_requests_take_no_place_and_end_in_time(settings_for: Callable[..., Settings]) -> None:
    app = create_app(settings_for(concurrency=1, body_s=0.3))
    async with serving(app) as client:
        someone = await sign_in(client)
        halves = [Caller(app, address=f"192.0.2.{number}") for number in range(20)]
        for half in halves:
            half.say(b"{")

        other = await someone.ask("GET", "/api/v1/tasks")
        codes = {await half.status() for half in halves}
        metrics = (await client.get("/metrics")).text

    assert other.status_code == 200
    assert codes == {408}
    assert {b"connection": b"close"}.items() <= dict(halves[0].sent[0]["headers"]).items()
    assert 'status="5' not in metrics


async def test_one_address_holds_only_so_many_requests_open(settings_for: Callable[..., Settings]) -> None:
    app = create_app(settings_for(caller_concurrency=3))
    async with serving(app) as client:
        held = [Caller(app) for _ in range(3)]
        await asyncio.sleep(0)
        refused = await Caller(app).status()
        neighbour = Caller(app, address="192.0.2.2")
        neighbour.hang_up()
        of_neighbour = await neighbour.status()
        health = await client.get("/health")
        for half in held:
            half.hang_up()
            await half.task

    assert (refused, of_neighbour, health.status_code) == (429, 0, 200)


async def test_who_hangs_up_is_no_error_of_ours(
    settings_for: Callable[..., Settings], capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(settings_for())
    async with serving(app) as client:
        for _ in range(3):
            gone = Caller(app)
            gone.say(b'{"username"')
            gone.hang_up()
            assert await gone.status() == 0
        metrics = (await client.get("/metrics")).text

    assert f'method="POST",route="{LOGIN}",status="499"}} 3.0' in metrics
    assert 'status="5' not in metrics
    assert "unexpected error" not in capsys.readouterr().out


async def test_a_forged_token_is_counted_before_it_is_refused(settings_for: Callable[..., Settings]) -> None:
    async with serving(create_app(settings_for(ip_limit=5))) as client:
        forged = {"authorization": "Bearer x.y.z"}
        codes = [(await client.get("/api/v1/tasks", headers=forged)).status_code for _ in range(7)]

    assert codes == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:0DB8:1:2:0:0:0:1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("somebody", "somebody else", False),
    ],
)
def test_a_caller_is_an_address_or_a_customers_network(one: str, other: str, *, same: bool) -> None:
    assert (caller_of({"client": (one, 1)}) == caller_of({"client": (other, 1)})) is same


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/health", [(b"host", b"api"), (b"host", b"evil")]),
        ("/health", []),
        ("/api/v1/tasks:bulk\n", [(b"host", b"api")]),
        ("/api/v1/tas\x00ks", [(b"host", b"api")]),
    ],
)
async def test_what_two_readers_could_read_differently_is_refused(
    app: FastAPI, client: httpx.AsyncClient, path: str, headers: list[tuple[bytes, bytes]]
) -> None:
    assert await Caller(app, path, method="GET", headers=headers).status() == 400


@pytest.mark.parametrize("query", ["%71=x", "limit=1&q=x", "q=", "%51=x"])
async def test_degraded_search_has_no_side_door(
    settings_for: Callable[..., Settings], tmp_path: Path, query: str
) -> None:
    file = tmp_path / "mode"
    file.write_text("frugal")
    app = create_app(settings_for(mode_file=file))
    async with serving(app) as client:
        app.state.services.health.mode.reload()
        someone = await sign_in(client)
        asked = await someone.ask("GET", f"/api/v1/tasks?{query}")
        other = await someone.ask("GET", "/api/v1/tasks?sort=priority")

    assert asked.status_code == (422 if query.startswith("%51") else 503)
    assert other.status_code == 200


async def test_every_answer_says_who_may_keep_it_and_where_it_may_be_shown(
    person: Someone, client: httpx.AsyncClient, app: FastAPI
) -> None:
    someone = await person()
    answers = [
        await someone.ask("GET", "/api/v1/users/me"),
        await someone.ask("GET", "/api/v1/sessions"),
        await client.get("/api/v1/users/me"),
        await client.get("/nowhere"),
        await client.get("/health"),
        await client.post(LOGIN, json={"username": "x", "password": "y"}),
    ]
    secure = Caller(app, "/health", method="GET", scheme="https", headers=[(b"host", b"api")])
    await secure.status()

    for answer in answers:
        assert answer.headers["cache-control"] == "no-store", answer.url
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" not in answer.headers
    assert b"max-age=" in dict(secure.sent[0]["headers"])[b"strict-transport-security"]
    assert (await someone.ask("GET", "/api/v1/tasks")).headers["cache-control"] == "private, no-cache"


async def _sign_in_from(app: FastAPI, address: str, name: str, password: str) -> int:
    transport = httpx.ASGITransport(app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
        return (await client.post(LOGIN, json={"username": name, "password": password})).status_code


async def test_who_guesses_from_elsewhere_does_not_lock_the_owner_out(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(login_account_limit=3, login_account_hour_limit=8))
    async with serving(app) as client:
        owner = await sign_in(client, name="besieged")
        guesses = [
            await _sign_in_from(app, f"192.0.2.{number % 6}", "besieged", "guess") for number in range(30)
        ]
        by_mail = await _sign_in_from(app, "192.0.2.77", "besieged@example.org", "guess")
        other = await _sign_in_from(app, "192.0.2.78", "somebody-else", "guess")
        at_home = (
            await client.post(LOGIN, json={"username": owner.name, "password": "correct horse battery"})
        ).status_code

    assert guesses.count(401) == 8 - 1  # the owner's own first sign-in came from nowhere known
    assert set(guesses) == {401, 429}
    assert (by_mail, other, at_home) == (429, 401, 200)


async def test_guessing_from_one_address_is_limited_even_where_the_owner_signs_in(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(login_account_limit=3))
    async with serving(app) as client:
        await sign_in(client, name="shared-address")
        codes = [
            (await client.post(LOGIN, json={"username": "shared-address", "password": "guess"})).status_code
            for _ in range(4)
        ]

    assert codes == [401, 401, 429, 429]
