"""Every header field that an answer has stands in openapi.json, and every field it promises is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from api.main import create_app
from api.openapi_headers import ALWAYS
from tests.api.routes.conftest import Person, serving, sign_in

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

    from api.settings import Settings

Someone = Callable[[], Awaitable[Person]]
OF_HTTP = {
    *("content-type", "content-length", "connection"),
    *("x-content-type-options", "content-security-policy", "strict-transport-security"),
}
"""What HTTP itself and every answer have."""


def described(document: Any, answer: httpx.Response, path: str) -> set[str]:
    responses = document["paths"][path][answer.request.method.lower()]["responses"]
    return set(responses.get(str(answer.status_code), responses["default"])["headers"])


async def test_answers_have_the_fields_that_are_described_and_no_others(
    person: Someone, client: httpx.AsyncClient, app: FastAPI
) -> None:
    someone = await person()
    page = {"x_session_cookie": "true", "origin": "http://api"}
    task = await someone.ask("POST", "/api/v1/tasks", json={"title": "x"}, idempotency_key="k")
    path = f"/api/v1/tasks/{task.json()['id']}"
    await someone.make()
    later = await someone.ask("PATCH", path, json={"title": "y"}, if_match="*")
    account = {"username": someone.name, "password": "correct horse battery"}
    fresh = {"username": "headers", "email": "headers@example.org", "password": "correct horse battery"}
    bulk = {"operations": [{"op": "create", "title": "z"}]}
    tag = {"if_none_match": later.headers["etag"]}
    token = {"refresh_token": someone.tokens["refresh_token"]}
    one, listed, log_in = "/api/v1/tasks/{id}", "/api/v1/tasks", "/api/v1/auth/login"
    answers = [
        (listed, task),
        (listed, await someone.ask("POST", listed, json={"title": "x"}, idempotency_key="k")),
        (one, later),
        (one, await someone.ask("GET", path)),
        (one, await someone.ask("GET", path)),
        (one, await someone.ask("GET", path, **tag)),
        (one, await someone.ask("PATCH", path, json={"title": "z"})),
        (one, await someone.ask("GET", "/api/v1/tasks/2147483647")),
        (listed, await someone.ask("GET", f"{listed}?limit=1")),
        (listed, await someone.ask("GET", listed)),
        (listed, await client.get(listed)),
        ("/api/v1/tasks:bulk", await someone.ask("POST", "/api/v1/tasks:bulk", json=bulk)),
        (one, await someone.ask("DELETE", path, if_match="*")),
        ("/api/v1/users/me", await someone.ask("GET", "/api/v1/users/me")),
        ("/api/v1/sessions", await someone.ask("GET", "/api/v1/sessions")),
        ("/api/v1/auth/register", await client.post("/api/v1/auth/register", json=fresh)),
        (log_in, await client.post(log_in, json=account)),
        (log_in, await someone.ask("POST", log_in, json=account, **page)),
        ("/api/v1/auth/refresh", await client.post("/api/v1/auth/refresh", json=token)),
        ("/api/v1/auth/logout", await client.post("/api/v1/auth/logout", json=token)),
        ("/api/v1/auth/logout-all", await someone.ask("POST", "/api/v1/auth/logout-all", **page)),
        ("/health", await client.get("/health")),
        ("/ready", await client.get("/ready")),
        ("/startup", await client.get("/startup")),
    ]

    document = app.openapi()
    seen = set()
    for route, answer in answers:
        known = {name.lower(): name for name in described(document, answer, route)}
        fields = {name for name in answer.headers if name not in OF_HTTP}
        assert fields <= known.keys(), (route, answer.request.method, answer.status_code)
        if answer.is_success:
            promised = {name.lower() for name in ALWAYS & set(known.values())}
            assert promised <= fields, (route, answer.request.method, answer.status_code)
        seen |= {known[name] for name in fields}
    assert seen >= set(document["components"]["headers"]) - {
        "Retry-After",
        "Allow",
        "Cache-Status",
        "Last-Modified",
    }


async def test_a_refusal_has_its_limit_and_says_when_to_come_again(
    settings_for: Callable[..., Settings],
) -> None:
    async with serving(create_app(settings_for(user_limit=1))) as client:
        someone = await sign_in(client)
        answers = [await someone.ask("GET", "/api/v1/users/me") for _ in range(2)]

    assert answers[1].status_code == 429
    assert {"retry-after", "ratelimit", "ratelimit-policy"} <= set(answers[1].headers)
