"""Who is signed in, until when, and who ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from api.auth.tokens import ACCESS, Tokens
from api.main import create_app
from tests.api.routes.conftest import KEYS, Person, serving, sign_in

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

    from api.settings import Settings

Someone = Callable[[], Awaitable[Person]]


async def test_a_registered_person_signs_in_and_sees_only_what_is_theirs_to_see(person: Someone) -> None:
    someone = await person()

    answer = await someone.ask("GET", "/api/v1/users/me")

    assert answer.status_code == 200
    assert answer.json()["username"] == someone.name
    assert "password_hash" not in answer.json()


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone = await person()

    wrong = await client.post("/api/v1/auth/login", json={"username": someone.name, "password": "no"})
    unknown = await client.post("/api/v1/auth/login", json={"username": "nobody", "password": "no"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json()["detail"] == unknown.json()["detail"]


async def test_an_access_token_is_no_refresh_token_nor_the_other_way_round(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone = await person()

    answer = await client.post("/api/v1/auth/refresh", json={"refresh_token": someone.tokens["access_token"]})
    someone.tokens["access_token"] = someone.tokens["refresh_token"]

    assert answer.status_code == 401
    assert (await someone.ask("GET", "/api/v1/users/me")).status_code == 401


async def test_signing_out_ends_the_access_token_at_once(person: Someone, client: httpx.AsyncClient) -> None:
    someone = await person()

    ended = await client.post("/api/v1/auth/logout", json={"refresh_token": someone.tokens["refresh_token"]})

    assert ended.status_code == 204
    assert (await someone.ask("GET", "/api/v1/tasks")).status_code == 401


async def test_signing_out_everywhere_ends_every_session_of_this_person_alone(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone, stranger = await person(), await person()
    again = await client.post(
        "/api/v1/auth/login", json={"username": someone.name, "password": "correct horse battery"}
    )
    elsewhere = Person(client, someone.name, again.json())

    listed = (await someone.ask("GET", "/api/v1/sessions")).json()["items"]
    await someone.ask("POST", "/api/v1/auth/logout-all")

    assert len(listed) == 2
    assert sum(session["current"] for session in listed) == 1
    assert (await someone.ask("GET", "/api/v1/users/me")).status_code == 401
    assert (await elsewhere.ask("GET", "/api/v1/users/me")).status_code == 401
    assert (await stranger.ask("GET", "/api/v1/users/me")).status_code == 200


async def test_nobody_ends_the_session_of_another(person: Someone) -> None:
    someone, stranger = await person(), await person()
    session = (await someone.ask("GET", "/api/v1/sessions")).json()["items"][0]["id"]

    refused = await stranger.ask("DELETE", f"/api/v1/sessions/{session}")
    ended = await someone.ask("DELETE", f"/api/v1/sessions/{session}")

    assert refused.status_code == 404
    assert ended.status_code == 204


async def test_a_token_outlives_neither_its_time_nor_the_loss_of_its_key(
    settings_for: Callable[..., Settings],
) -> None:
    now = 1_800_000_000.0
    tokens = Tokens(settings_for().keys, access_s=900, refresh_s=3600, clock=lambda: now)
    token = tokens.issue(ACCESS, 7, "s").encode()

    rotated = Tokens(
        {"k2": b"x" * 32, **settings_for().keys}, access_s=900, refresh_s=3600, clock=lambda: now
    )
    other = Tokens({"k1": b"x" * 32}, access_s=900, refresh_s=3600, clock=lambda: now)

    assert tokens.verify_access(token) == rotated.verify_access(token)
    assert other.verify_access(token) is None
    assert other.verify_access(token[:-2]) is None
    now += 900
    assert tokens.verify_access(token) is None
    assert rotated.verify_access(token) is None


async def test_a_flood_of_sign_ins_is_refused_instead_of_queued_for_ever(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(password_slots=1, password_queue=0))
    passwords = app.state.services.passwords
    passwords._in_flight = 1

    async with serving(app) as client:
        answer = await client.post("/api/v1/auth/login", json={"username": "nobody", "password": "no"})

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_a_refused_sign_in_waits_for_its_answer_and_takes_a_seat_that_is_free_by_then(
    settings_for: Callable[..., Settings],
) -> None:
    app = create_app(settings_for(password_slots=1, password_queue=0, login_hold_s=0.2))
    passwords = app.state.services.passwords
    async with serving(app) as client:
        passwords._in_flight = 1
        wrong = {"username": "nobody", "password": "no"}
        waiting = asyncio.create_task(client.post("/api/v1/auth/login", json=wrong))
        while not passwords._delayed:  # noqa: ASYNC110 - ends with the request's own step
            await asyncio.sleep(0)
        passwords._in_flight = 0

        answer = await waiting

    assert answer.status_code == 401


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer x.y.z", "Basic dTpw", "Bearer \xff"])
async def test_without_a_good_token_every_path_of_the_api_is_closed(
    client: httpx.AsyncClient, authorization: str
) -> None:
    headers = {"authorization": authorization.encode("latin-1")}

    for path in ("/api/v1/tasks", "/api/v1/tasks/1", "/api/v1/users/me", "/api/v1/no-such-thing"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 401, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_keys_of_these_tests_are_accepted(settings_for: Callable[..., Settings]) -> None:
    assert list(settings_for().keys) == [KEYS.split(":")[0]]


async def test_one_session_more_than_a_user_may_have_ends_the_one_unused_longest(
    settings_for: Callable[..., Settings],
) -> None:
    now = [1_800_000_000.0]
    async with serving(create_app(settings_for(user_sessions=3), clock=lambda: now[0])) as client:
        people = []
        for _ in range(5):
            people.append(await sign_in(client, name="many-devices"))
            now[0] += 10
        alive = [(await person.ask("GET", "/api/v1/users/me")).status_code for person in people]
        listed = (await people[-1].ask("GET", "/api/v1/sessions")).json()["items"]

    assert alive == [401, 401, 200, 200, 200]
    assert len(listed) == 3


async def test_a_session_ends_in_its_time_however_often_it_is_renewed(
    settings_for: Callable[..., Settings],
) -> None:
    now = [1_800_000_000.0]
    given = settings_for(session_s=3600, refresh_token_s=1800)
    async with serving(create_app(given, clock=lambda: now[0])) as client:
        someone = await sign_in(client)
        token, codes = someone.tokens["refresh_token"], []
        for _ in range(5):
            now[0] += 900
            answer = await client.post("/api/v1/auth/refresh", json={"refresh_token": token})
            codes.append(answer.status_code)
            token = answer.json().get("refresh_token", token)

    assert codes == [200, 200, 200, 401, 401]


async def test_a_session_that_its_users_list_has_lost_is_ended_all_the_same(
    person: Someone, client: httpx.AsyncClient, app: FastAPI
) -> None:
    someone = await person()
    redis = app.state.services.redis
    user = (await someone.ask("GET", "/api/v1/users/me")).json()["id"]
    await redis.call("DEL", f"sessions:{user}")
    token = {"refresh_token": someone.tokens["refresh_token"]}

    renewed = await client.post("/api/v1/auth/refresh", json=token)
    listed = (await someone.ask("GET", "/api/v1/sessions")).json()["items"]
    await redis.call("DEL", f"sessions:{user}")
    ended = await client.post("/api/v1/auth/logout", json=token)

    assert (renewed.status_code, len(listed), ended.status_code) == (200, 1, 204)
    assert (await someone.ask("GET", "/api/v1/users/me")).status_code == 401


async def test_thousands_of_sessions_of_one_user_stall_nobody(person: Someone, app: FastAPI) -> None:
    someone = await person()
    redis = app.state.services.redis
    user = (await someone.ask("GET", "/api/v1/users/me")).json()["id"]
    for start in range(0, 20_000, 500):
        await redis.call("SADD", f"sessions:{user}", *(f"old-{start + n}" for n in range(500)))

    listed = await someone.ask("GET", "/api/v1/sessions")
    ended = await someone.ask("POST", "/api/v1/auth/logout-all")

    assert (listed.status_code, ended.status_code) == (200, 204)
    assert await redis.call("SCARD", f"sessions:{user}") == 0
    assert (await someone.ask("GET", "/api/v1/users/me")).status_code == 401
