"""An application in the test's own event loop, on the session's real servers, and people who use it."""

from __future__ import annotations

import itertools
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from api.main import create_app
from api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from fastapi import FastAPI

KEYS = "k1:0f8b6d5c4a392817f6e5d4c3b2a19080"
_numbers = itertools.count()


@dataclass
class Person:
    """Somebody who is signed in."""

    client: httpx.AsyncClient
    name: str
    tokens: dict[str, Any]

    def headers(self, **more: str) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"authorization": f"Bearer {self.tokens['access_token']}", **named}

    async def ask(self, method: str, path: str, *, json: Any = None, **headers: str) -> httpx.Response:
        return await self.client.request(method, path, json=json, headers=self.headers(**headers))

    async def make(self, **fields: Any) -> dict[str, Any]:
        answer = await self.ask("POST", "/api/v1/tasks", json={"title": "a task", **fields})
        assert answer.status_code == 201, answer.text
        task: dict[str, Any] = answer.json()
        return task


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The application, started as its server would start it."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://api") as client,
    ):
        yield client


@pytest.fixture
def settings_for(database_url: str, redis_url: str) -> Callable[..., Settings]:
    """Settings on the session's servers, with limits out of the way unless a test names them."""

    def make(**given: Any) -> Settings:
        usual = {
            "database_url": database_url,
            "redis_url": redis_url,
            "jwt_keys": KEYS,
            "password_memory_kib": 8,
            "login_hold_s": 0.0,
            "user_limit": 100_000,
            "ip_limit": 100_000,
            "login_ip_limit": 100_000,
            "login_account_limit": 100_000,
            "redis_s": 2.0,
            # This machine runs other tests beside these; what the waits are is for tests/api/faults.
            "pool_wait_s": 5.0,
            "connect_s": 5.0,
            "statement_s": 5.0,
            "log_level": "WARNING",
        }
        return Settings.model_validate(usual | given)

    return make


@pytest.fixture
def app(settings_for: Callable[..., Settings]) -> FastAPI:
    return create_app(settings_for())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(app) as found:
        yield found


async def sign_in(client: httpx.AsyncClient, *, name: str = "") -> Person:
    """Somebody new, signed in."""
    name = name or f"person-{next(_numbers)}"
    account = {"username": name, "password": "correct horse battery"}
    answer = await client.post("/api/v1/auth/register", json={**account, "email": f"{name}@example.org"})
    assert answer.status_code in {201, 409}, answer.text
    answer = await client.post("/api/v1/auth/login", json=account)
    assert answer.status_code == 200, answer.text
    return Person(client, name, answer.json())


@pytest.fixture
def person(client: httpx.AsyncClient) -> Callable[[], Awaitable[Person]]:
    return lambda: sign_in(client)
