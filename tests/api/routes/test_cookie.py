"""A page on this origin keeps its refresh token where no script reads it, and no other site uses it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest

from api.main import create_app
from tests.api.routes.conftest import Person, serving, sign_in

if TYPE_CHECKING:
    import httpx

    from api.settings import Settings

Someone = Callable[[], Awaitable[Person]]
AUTH = "/api/v1/auth/"
PAGE = {"x-session-cookie": "true", "origin": "https://api"}


async def ask(client: httpx.AsyncClient, verb: str, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    client.cookies.clear()
    return await client.post(AUTH + verb, json=body, headers=named)


def cookie_of(answer: httpx.Response) -> Any:
    (line,) = answer.headers.get_list("set-cookie")
    return SimpleCookie(line)["__Secure-refresh"]


async def signed_in(client: httpx.AsyncClient, someone: Person) -> str:
    account = {"username": someone.name, "password": "correct horse battery"}
    answer = await ask(client, "login", account, **PAGE)
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    return f"__Secure-refresh={cookie_of(answer).value}"


async def test_a_page_gets_its_refresh_token_in_a_cookie_that_no_script_reads(
    person: Someone, client: httpx.AsyncClient
) -> None:
    account = {"username": (await person()).name, "password": "correct horse battery"}

    answer = await ask(client, "login", account, **PAGE)
    cookie = cookie_of(answer)

    assert "refresh_token" not in answer.json()
    assert (cookie["path"], cookie["samesite"], cookie["max-age"]) == ("/api/v1/auth", "Strict", "1209600")
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["domain"] == ""


async def test_the_cookie_renews_and_ends_the_session_and_goes_with_it(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone = await person()
    first = await signed_in(client, someone)

    renewed = await ask(client, "refresh", {}, cookie=first, **PAGE)
    someone.tokens = renewed.json()
    alive = await someone.ask("GET", "/api/v1/users/me")
    second = f"__Secure-refresh={cookie_of(renewed).value}"
    ended = await ask(client, "logout", {}, cookie=second, **PAGE)
    again = await ask(client, "logout", {}, cookie=second, **PAGE)
    late = await ask(client, "refresh", {}, cookie=second, **PAGE)

    answers = (renewed, alive, ended, again, late)
    assert [answer.status_code for answer in answers] == [200, 200, 204, 204, 401]
    assert {cookie_of(answer)["max-age"] for answer in (ended, again, late)} == {"0"}
    assert (await someone.ask("GET", "/api/v1/users/me")).status_code == 401


async def test_signing_out_everywhere_takes_the_cookie_too(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone = await person()

    answer = await someone.ask("POST", AUTH + "logout-all", x_session_cookie="true", origin="http://api")

    assert (answer.status_code, cookie_of(answer)["max-age"]) == (204, "0")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://api.evil.example"},
        {"origin": "https://api:8443"},
        {"origin": "https://evil.example", "x-forwarded-host": "evil.example"},
        {"origin": "https://evil@api", "host": "evil@api"},
    ],
)
@pytest.mark.parametrize("verb", ["login", "refresh", "logout"])
async def test_no_other_site_uses_the_cookie(
    person: Someone, client: httpx.AsyncClient, verb: str, headers: dict[str, str]
) -> None:
    someone = await person()
    cookie = await signed_in(client, someone)
    body = {"username": someone.name, "password": "correct horse battery"} if verb == "login" else {}

    answer = await ask(client, verb, body, cookie=cookie, x_session_cookie="true", **headers)
    still = await ask(client, "refresh", {}, cookie=cookie, **PAGE)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert still.status_code == 200


async def test_a_form_of_another_site_is_no_json_and_sets_no_header(
    person: Someone, client: httpx.AsyncClient
) -> None:
    cookie = await signed_in(client, await person())
    form = {"cookie": cookie, "content-type": "text/plain", "origin": "https://api"}

    as_form = await client.post(AUTH + "logout", content=b"{}", headers=form | {"x-session-cookie": "true"})
    without = await ask(client, "logout", {}, cookie=cookie)

    assert (as_form.status_code, without.status_code) == (415, 401)


async def test_a_cookie_that_a_neighbour_put_beside_ours_is_not_used(
    person: Someone, client: httpx.AsyncClient
) -> None:
    mine, planted = await signed_in(client, await person()), await signed_in(client, await person())

    answer = await ask(client, "refresh", {}, cookie=f"{mine}; {planted}", **PAGE)

    assert answer.status_code == 401


async def test_a_named_page_and_a_trusted_proxys_host_are_origins_of_ours(
    settings_for: Callable[..., Settings],
) -> None:
    trusting = settings_for(app_origins="https://app.example.org", trusted_proxies="10.0.0.0/8")
    async with serving(create_app(trusting)) as client:
        someone = await sign_in(client)
        account = {"username": someone.name, "password": "correct horse battery"}
        asks = {"x_session_cookie": "true"}
        named = await ask(client, "login", account, origin="https://app.example.org", **asks)
        proxied = await ask(
            client, "login", account, origin="https://shop.example", x_forwarded_host="shop.example", **asks
        )

    assert (named.status_code, proxied.status_code) == (200, 200)


async def test_who_does_not_ask_for_the_cookie_gets_the_token_as_before(
    person: Someone, client: httpx.AsyncClient
) -> None:
    someone = await person()

    answer = await ask(client, "refresh", {"refresh_token": someone.tokens["refresh_token"]})

    assert answer.json()["refresh_token"]
    assert "set-cookie" not in answer.headers
