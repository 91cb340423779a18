"""No token can be forged, borrowed from another use, or read in two ways."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tests.api.routes.conftest import KEYS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx

    from tests.api.routes.conftest import Person

KID, KEY = KEYS.split(":")
ME = "/api/v1/users/me"


def encoded(part: Any) -> str:
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def bare(header: Any, claims: Any, signature: str = "") -> str:
    return f"{encoded(header)}.{encoded(claims)}.{signature}"


def forged(good: str) -> dict[str, str]:
    """38 tokens that are almost right, each by what is wrong with it."""
    head, body, signature = good.split(".")
    claims = jwt.decode(good, options={"verify_signature": False})
    header: dict[str, Any] = {"alg": "HS256", "typ": "JWT", "kid": KID}
    other = "f6e5d4c3b2a190800f8b6d5c4a392817"

    def signed(key: str = KEY, alg: str = "HS256", head: dict[str, Any] | None = None, **change: Any) -> str:
        said = {name: value for name, value in (claims | change).items() if value is not None}
        return jwt.encode(said, key, algorithm=alg, headers={"kid": KID} | (head or {}))

    return {
        **{
            f"alg {alg}": bare(header | {"alg": alg}, claims)
            for alg in ("none", "None", "NONE", "nOnE", "", "RS256")
        },
        **{
            f"alg {alg}, its own signature": bare(header | {"alg": alg}, claims, signature)
            for alg in ("none", "HS384")
        },
        "HS384": signed(alg="HS384"),
        "HS512": signed(alg="HS512"),
        "another's key": signed(key=other),
        "no signature": f"{head}.{body}.",
        "no signature at all": f"{head}.{body}",
        "another's signature": f"{head}.{body}.{encoded(b'x' * 32)}",
        "changed body": f"{head}.{encoded(claims | {'sub': '1'})}.{signature}",
        "changed header": f"{encoded(header | {'x': 1})}.{body}.{signature}",
        **{
            f"kid {kid!r}": bare(header | {"kid": kid}, claims, signature)
            for kid in ("k2", "", None, 1, ["k1"], {"k1": 1}, "../k1", "k1\u0000")
        },
        "no kid": bare({"alg": "HS256"}, claims, signature),
        "jwk": signed(key=other, head={"jwk": {"kty": "oct", "k": encoded(other.encode())}}),
        "jku": signed(key=other, head={"jku": "https://evil.example/keys"}),
        "crit": signed(head={"crit": ["exp"]}),
        "another audience": signed(aud="task-api/refresh"),
        "no audience": signed(aud=None),
        "another issuer": signed(iss="evil"),
        "expired": signed(exp=1),
        "no expiry": signed(exp=None),
        "expiry of words": signed(exp="never"),
        "no session": signed(sid=None),
        "a session that never was": signed(sid="never-was"),
        "no user": signed(sub=None),
        "nested": signed(key=other, head={"cty": "JWT"}),
        "empty": "",
        "spaces": f"{head} .{body}.{signature}",
        "twice": f"{good}.{good}",
    }


async def test_no_forged_token_opens_anything(person: Callable[[], Awaitable[Person]]) -> None:
    someone = await person()
    tokens = forged(someone.tokens["access_token"])
    opened = {}
    for name, token in tokens.items():
        answer = await someone.client.get(ME, headers={"authorization": f"Bearer {token}".encode()})
        opened[name] = answer.status_code

    assert len(tokens) >= 38
    assert {name: status for name, status in opened.items() if status != 401} == {}
    assert (await someone.ask("GET", ME)).status_code == 200


async def test_a_token_is_good_in_one_place_and_for_one_use_alone(
    person: Callable[[], Awaitable[Person]], client: httpx.AsyncClient
) -> None:
    someone = await person()
    access, refresh = someone.tokens["access_token"], someone.tokens["refresh_token"]
    nowhere = [
        await client.get(ME, params={"access_token": access}),
        await client.get(ME, headers={"cookie": f"access_token={access}; authorization=Bearer {access}"}),
        await client.get(ME, headers={"authorization": f"Bearer {refresh}"}),
        await client.post("/api/v1/auth/refresh", json={"refresh_token": access}),
        await client.post("/api/v1/auth/logout", json={"refresh_token": access}),
        *[
            await client.get(ME, headers={"authorization": written})
            for written in (
                access,
                f"Basic {access}",
                f"Token {access}",
                f"Bearer  {access}",
                f"Bearer\t{access}",
                f"Bearer,{access}",
            )
        ],
    ]
    good = [
        await client.get(ME, headers={"authorization": f"{scheme} {access}"})
        for scheme in ("Bearer", "bearer", "BEARER")
    ]

    assert [answer.status_code for answer in nowhere] == [401] * len(nowhere)
    assert [answer.status_code for answer in good] == [200] * 3


@pytest.mark.parametrize("times", [10])
async def test_a_refresh_token_that_comes_later_again_ends_its_family(
    person: Callable[[], Awaitable[Person]], client: httpx.AsyncClient, app: Any, times: int
) -> None:
    someone = await person()
    app.state.services.sessions._grace_ms = 0
    body = {"refresh_token": someone.tokens["refresh_token"]}
    statuses = [(await client.post("/api/v1/auth/refresh", json=body)).status_code for _ in range(times)]

    assert statuses == [200] + [401] * (times - 1)
    assert (await someone.ask("GET", ME)).status_code == 401


async def test_no_cursor_with_a_changed_character_is_read(person: Callable[[], Awaitable[Person]]) -> None:
    someone, other = await person(), await person()
    for number in range(3):
        await someone.make(title=str(number))
    cursor = (await someone.ask("GET", "/api/v1/tasks?limit=1")).json()["next"]
    changed = [
        cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        for place, letter in enumerate(cursor[:-1])
    ]
    statuses = [
        (await someone.ask("GET", f"/api/v1/tasks?limit=1&cursor={each}")).status_code
        for each in changed[:96]
    ]

    assert len(statuses) >= 60
    assert set(statuses) == {400} or set(statuses) == {422}
    assert (await other.ask("GET", f"/api/v1/tasks?limit=1&cursor={cursor}")).status_code in {400, 422}
    assert (await someone.ask("GET", f"/api/v1/tasks?limit=1&cursor={cursor}")).status_code == 200
