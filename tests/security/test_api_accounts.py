"""Passwords and guesses: what is refused, what ends, and what one account may cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from api.auth.guessable import LEAST_BITS, common, guess_bits, is_guessable
from api.main import create_app
from api.redis_link import RedisUnavailableError
from tests.api.routes.conftest import Person, serving, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from api.settings import Settings

OLD, NEW = "correct horse battery", "another otter kettle"
LOGIN, CHANGE = "/api/v1/auth/login", "/api/v1/users/me/password"

GUESSED = (
    "password1234", "123456789012", "aaaaaaaaaaaa", "qwertyuiopas", "somebody-knownxxxx", "iloveyou1234",
    " " * 12, "abcabcabcabc", "1qaz2wsx3edc", "asdfghjklqwe", "zxcvbnmasdfg", "Password2026!",
    "P@ssw0rd2024!", "dragonmonkey12", "letmeinletmein", "qwertyqwerty", "987654321098", "passwordpassword",
    "".join(chr(ord(letter) + 0xFEE0) for letter in "password1234"),
    "known@example.org", "x" * 128, "Summer2026!!", "0" * 64,
)  # fmt: skip
KEPT = (
    OLD, NEW, "otter kettle violin", "kf83nd8sk2la", "café ボタン naïve", "会議の準備をする会議の準",
    "Tr0ub4dor&3xyz",
    "🔑🚪🗝🏠🔒🔓🧭🪟🛋🪑🛏🚿", "482916305718", "b7e2-91fa-d03c",
)  # fmt: skip


@pytest.mark.parametrize("password", GUESSED)
def test_what_is_guessed_soon_is_refused(password: str) -> None:
    assert is_guessable(password, "somebody-known", "known@example.org")


@pytest.mark.parametrize("password", KEPT)
def test_what_is_not_is_taken(password: str) -> None:
    assert not is_guessable(password, "somebody-known", "known@example.org")


def test_no_common_password_is_taken_alone_twice_or_with_a_year_behind_it() -> None:
    passwords = list(common())[:10_000:8]
    taken = [
        typed
        for word in passwords
        for typed in (
            word,
            word * 2,
            word + "2026",
            word.capitalize() + "1!",
            word + "123456",
        )
        if len(typed) >= 12 and guess_bits(typed) >= LEAST_BITS
    ]

    assert len(common()) == 16_000
    assert taken == []


async def test_a_guessable_password_is_refused_by_its_place_and_not_repeated(
    client: httpx.AsyncClient,
) -> None:
    account = {"username": "somebody", "email": "somebody@example.org", "password": "somebody1234"}
    answer = await client.post("/api/v1/auth/register", json=account)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == ["body", "password"]
    assert "somebody1234" not in answer.text


async def test_a_changed_password_ends_every_other_session_and_the_old_one_opens_nothing(
    client: httpx.AsyncClient,
) -> None:
    here = await sign_in(client, name="changes-it")
    account = {"username": "changes-it", "password": OLD}
    thief = Person(client, "changes-it", (await client.post(LOGIN, json=account)).json())

    wrong = await here.ask("POST", CHANGE, json={"current_password": "not it at all", "new_password": NEW})
    weak = await here.ask("POST", CHANGE, json={"current_password": OLD, "new_password": "changes-it12"})
    done = await here.ask("POST", CHANGE, json={"current_password": OLD, "new_password": NEW})

    assert (wrong.status_code, weak.status_code, done.status_code) == (403, 422, 204)
    assert (await thief.ask("GET", "/api/v1/users/me")).status_code == 401
    renewed = await client.post("/api/v1/auth/refresh", json={"refresh_token": thief.tokens["refresh_token"]})
    assert renewed.status_code == 401
    assert (await here.ask("GET", "/api/v1/users/me")).status_code == 200
    assert (await client.post(LOGIN, json=account)).status_code == 401
    assert (await client.post(LOGIN, json=account | {"password": NEW})).status_code == 200


async def test_a_password_is_changed_only_where_the_sessions_can_be_ended(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = await sign_in(client, name="no-redis")

    async def gone(*_: object, **__: object) -> int:
        raise RedisUnavailableError("gone")

    monkeypatch.setattr(type(app.state.services.sessions), "end_all", gone)
    answer = await someone.ask("POST", CHANGE, json={"current_password": OLD, "new_password": NEW})

    assert answer.status_code == 503
    assert (await client.post(LOGIN, json={"username": "no-redis", "password": OLD})).status_code == 200


async def test_a_stolen_token_guesses_the_password_no_faster_than_a_stranger(
    settings_for: Callable[..., Settings],
) -> None:
    async with serving(create_app(settings_for(login_account_limit=4))) as client:
        someone = await sign_in(client)  # one of the four
        guess = {"current_password": "a guess of many", "new_password": NEW}
        statuses = [(await someone.ask("POST", CHANGE, json=guess)).status_code for _ in range(6)]

    assert statuses == [403] * 3 + [429] * 3


async def test_at_most_a_hundred_guesses_an_hour_from_wherever_they_come(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(login_account_limit=10))
    async with serving(app):
        passed = 0
        for number in range(160):
            transport = httpx.ASGITransport(app, client=(f"192.0.2.{number}", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://api") as guesser:
                answer = await guesser.post(LOGIN, json={"username": "guessed-at", "password": "guess"})
                passed += answer.status_code == 401

    assert 100 <= passed <= 102  # one comes back every 36 seconds


async def test_a_campus_of_ipv6_networks_is_one_caller_with_more_room(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(ip_limit=5))
    async with serving(app):
        passed = 0
        for number in range(60):
            transport = httpx.ASGITransport(app, client=(f"2001:db8:7:{number:x}::1", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://api") as caller:
                passed += (await caller.get("/api/v1/tasks")).status_code == 401

    assert 40 <= passed <= 44  # room comes back as time goes by
