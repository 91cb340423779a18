"""Numbers, moments and passwords: what openapi.json calls one is taken, everything near to it is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import pytest

from api.words import moment_of
from tests.api.routes.conftest import Person

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

Someone = Callable[[], Awaitable[Person]]
WIDE = "\uff26\uff55\uff4c\uff4c"
"""Full, in letters as wide as a kanji: NFKC would make them narrow, NFC does not."""
JSON = {"content-type": "application/json"}


@pytest.mark.parametrize("number", ["1.0", "1e0", '"1"', "true", "null", "1.5", "-1", "0", "2147483648"])
async def test_no_near_integer_in_a_body_is_an_integer(
    person: Someone, client: httpx.AsyncClient, number: str
) -> None:
    someone = await person()
    body = f'{{"operations": [{{"op": "delete", "id": 1, "version": {number}}}]}}'

    answer = await client.post("/api/v1/tasks:bulk", headers=someone.headers() | JSON, content=body.encode())

    assert answer.status_code == 422
    assert "version" in answer.json()["errors"][0]["where"]


@pytest.mark.parametrize(
    "number", ["1.0", "1e0", "+1", "01", "%201", "1%20", "1_0", "0x1", "%D9%A1", "1,0", ""]
)
async def test_no_near_integer_in_a_path_or_a_query_is_an_integer(person: Someone, number: str) -> None:
    someone = await person()

    assert (await someone.ask("GET", f"/api/v1/tasks?limit={number}")).status_code == 422
    if number:
        assert (await someone.ask("GET", f"/api/v1/tasks/{number}")).status_code == 422


@pytest.mark.parametrize(
    "moment",
    [
        "2030-01-31T09:00:00",
        "2030-01-31T09:00",
        "2030-01-31T09:00Z",
        "2030-01-31 09:00:00Z",
        "2030-01-31",
        "20300131T090000Z",
        "2030-01-31T09:00:00+0900",
        "2030-01-31T09:00:00+09",
        "2030-01-31T09:00:00,5Z",
        "2030-01-31T09:00:00.Z",
        "2030-02-30T09:00:00Z",
        "2030-01-31T24:00:00Z",
        "2030-01-31T09:00:60Z",
        "2030-W05-4T09:00:00Z",
        "1896000000",
        "0001-01-01T00:00:01Z",
        "1899-12-31T23:59:59Z",
        "9999-12-31T23:59:59-10:00",
        "٢٠٣٠-01-31T09:00:00Z",
        "2030-01-31T09:00:00Z\n",
        "",
    ],
)
async def test_no_near_moment_is_a_moment_in_a_body_or_a_query(person: Someone, moment: str) -> None:
    someone = await person()

    made = await someone.ask("POST", "/api/v1/tasks", json={"title": "x", "due_date": moment})
    asked = await someone.client.get("/api/v1/tasks", params={"due_after": moment}, headers=someone.headers())

    assert (made.status_code, asked.status_code) == (422, 422)


@pytest.mark.parametrize(
    ("moment", "stored"),
    [
        ("2030-01-31T09:00:00+09:00", "2030-01-31T00:00:00Z"),
        ("2030-01-31t00:00:00z", "2030-01-31T00:00:00Z"),
        ("2030-01-31T00:00:00.25Z", "2030-01-31T00:00:00.250000Z"),
        ("2030-01-31T00:00:00-00:00", "2030-01-31T00:00:00Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2017-01-01T08:59:60+09:00", "2017-01-01T00:00:00Z"),
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
    ],
)
async def test_a_moment_is_taken_as_rfc_3339_writes_it(person: Someone, moment: str, stored: str) -> None:
    assert (await (await person()).make(due_date=moment))["due_date"] == stored


def test_a_number_is_no_moment() -> None:
    with pytest.raises(ValueError, match="write the moment out"):
        moment_of(5)


async def _register(client: httpx.AsyncClient, name: str, password: str) -> int:
    account = {"username": name, "email": f"{name}@example.org", "password": password}
    return (await client.post("/api/v1/auth/register", json=account)).status_code


async def _enter(client: httpx.AsyncClient, name: str, password: str) -> int:
    account = {"username": name, "password": password}
    return (await client.post("/api/v1/auth/login", json=account)).status_code


async def test_a_password_is_the_same_however_a_keyboard_composes_it(client: httpx.AsyncClient) -> None:
    password = "café ボタン naïve"
    split = unicodedata.normalize("NFD", password)
    assert split != password

    assert await _register(client, "composed", password) == 201
    assert await _register(client, "decomposed", split) == 201

    for name in ("composed", "decomposed"):
        assert [await _enter(client, name, typed) for typed in (password, split)] == [200, 200]


async def test_different_passwords_stay_different(client: httpx.AsyncClient) -> None:
    assert await _register(client, "exact", f"  {WIDE} width ①  ") == 201

    tries = [f"  {WIDE} width ①  ", f"{WIDE} width ①", "  Full width 1  ", f"  {WIDE.lower()} width ①  "]
    assert [await _enter(client, "exact", typed) for typed in tries] == [200, 401, 401, 401]


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("会議の準備をする会議の準", 201),
        ("会議の準備をする会議の", 422),
        ("🔑🚪🗝🏠🔒🔓🧭🪟🛋🪑🛏🚿", 201),
        ("🔑" * 12, 422),
        ("é" * 11, 422),
        ("e\u0301" * 11, 422),
        ("e\u0301tude au cafe\u0301 " + "e\u0301" * 112, 201),
        ("a cat naps on the warm roof" + "x" * 101, 201),
        ("x" * 128, 422),
        ("x" * 129, 422),
        ("e\u0301" * 129, 422),
        ("\u0301" * 60_000, 413),
        ("\u0301" * 20_000, 422),
    ],
)
async def test_a_passwords_length_is_counted_in_composed_code_points(
    client: httpx.AsyncClient, password: str, status: int
) -> None:
    name = f"length-{abs(hash(password)) % 10**9}"

    assert await _register(client, name, password) == status


async def test_nothing_is_cut_off_a_long_password(client: httpx.AsyncClient) -> None:
    assert await _register(client, "long", f"短い秘密の言葉{'長' * 120}a") == 201

    assert [await _enter(client, "long", f"短い秘密の言葉{'長' * 120}{end}") for end in ("a", "b", "")] == [
        200,
        401,
        401,
    ]


async def test_a_password_hashed_as_it_was_typed_still_fits_and_is_hashed_anew(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    services = app.state.services
    split, password = unicodedata.normalize("NFD", "café café café"), "café café café"
    assert await _register(client, "early", "something else entirely") == 201
    user = await services.database.fetchrow("SELECT id FROM users WHERE username = 'early'")
    old = await services.passwords.hash(split)
    await services.database.write("UPDATE users SET password_hash = $2 WHERE id = $1", user["id"], old)

    assert [await _enter(client, "early", typed) for typed in (password, split, password)] == [401, 200, 200]


async def test_a_page_of_long_descriptions_ends_earlier_and_goes_on(person: Someone) -> None:
    someone = await person()
    for _ in range(3):
        operations = [{"op": "create", "title": "long", "description": "x" * 9_900}] * 10
        await someone.ask("POST", "/api/v1/tasks:bulk", json={"operations": operations})

    sizes, path = [], "/api/v1/tasks?limit=100"
    while path:
        answer = await someone.ask("GET", path)
        assert len(answer.content) < 256 * 1024
        sizes.append(len(answer.json()["items"]))
        path = answer.headers.get("link", "").partition(">")[0].lstrip("<")

    assert sizes == [20, 10]
