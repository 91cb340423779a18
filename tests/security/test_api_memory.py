"""Data that may be lost and data that may not share one Redis, with a budget between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import redis

from api import answer_places, cache
from api.main import create_app
from api.redis_link import RedisLink
from api.servers.files import kept_secret
from api.servers.redis import Redis
from tests.api.routes.conftest import serving, sign_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from api import servers as real
    from api.settings import Settings

SMALL = 24 * 2**20


@pytest.fixture
def small_redis(servers: real.Pair, server_folder: Path) -> Iterator[redis.Redis]:
    """A Redis of its own with little memory, and the policy that stacks/elasticache.yaml sets."""
    if servers.redis is None:
        pytest.skip("REDIS_URL names a server that these tests may not fill.")
    folder = server_folder / f"small-redis-{servers.kind}"
    folder.mkdir(exist_ok=True)
    own = Redis(program=servers.redis._program, folder=folder, password=kept_secret(folder / "password"))
    own.start()
    with redis.Redis.from_url(own.url()) as admin:
        admin.config_set("maxmemory-policy", "noeviction")
        admin.config_set("maxmemory", SMALL)
        admin.url = own.url()  # type: ignore[attr-defined]
        yield admin
    own.stop()


def fill(admin: redis.Redis) -> None:
    """Fills the memory to the last kilobyte."""
    for size in (2**20, 2**14, 2**10, 64):
        for number in range(2_000):
            try:
                admin.set(f"filler:{size}:{number}", b"x" * size)
            except redis.exceptions.OutOfMemoryError:
                break


async def test_one_users_pages_sign_nobody_out(
    settings_for: Callable[..., Settings], small_redis: redis.Redis
) -> None:
    """Review S4: 40 fat pages evicted seven of eight other users' sessions."""
    app = create_app(settings_for(redis_url=small_redis.url))  # type: ignore[attr-defined]
    async with serving(app) as client:
        others = [await sign_in(client) for _ in range(8)]
        greedy = await sign_in(client)
        for _ in range(3):
            operations = [{"op": "create", "title": "fat", "description": "x" * 9_000}] * 33
            await greedy.ask("POST", "/api/v1/tasks:bulk", json={"operations": operations})
        for number in range(120):
            page = await greedy.ask(
                "GET", f"/api/v1/tasks?limit=6&due_before=2031-01-01T00:00:00.{number:03}Z"
            )
            assert page.status_code == 200
        statuses = [(await other.ask("GET", "/api/v1/users/me")).status_code for other in others]

    assert statuses == [200] * 8
    answers = sum(small_redis.strlen(key) for key in small_redis.scan_iter("answer4:*"))
    assert answers <= answer_places.LIST_PLACES_OF_USER * answer_places.LIST_BYTES
    assert small_redis.info("stats")["evicted_keys"] == 0


async def test_all_answers_of_everybody_fit_beside_the_sessions(small_redis: redis.Redis) -> None:
    """What Redis says that the largest entry of each kind takes, key and all, times the places there are."""
    link = RedisLink(small_redis.url, timeout_s=2.0)  # type: ignore[attr-defined]
    whole = 0
    for kind, places, size in (
        ("list", answer_places.LIST_PLACES, answer_places.LIST_BYTES),
        ("task", answer_places.TASK_PLACES, answer_places.TASK_BYTES),
        ("long", answer_places.LONG_TASK_PLACES, answer_places.LONG_TASK_BYTES),
    ):
        key = f"answer4:{kind}:{places}"
        await link.call("SET", key, b"x" * size, "EX", 30)
        whole += places * int(await link.call("MEMORY", "USAGE", key))
    await link.close()

    assert whole <= 192 * 2**20


def test_answers_lie_in_no_more_places_than_there_are() -> None:
    places = [
        answer_places.place_of(user, path, b"limit=%d" % number)
        for user in range(300)
        for number in range(40)
        for path in ("/api/v1/tasks", f"/api/v1/tasks/{number}")
    ]
    used = {key: size for place in places for key, size in zip(place.keys, place.sizes, strict=True)}
    most = {
        "list": (answer_places.LIST_PLACES, answer_places.LIST_BYTES),
        "task": (answer_places.TASK_PLACES, answer_places.TASK_BYTES),
        "long": (answer_places.LONG_TASK_PLACES, answer_places.LONG_TASK_BYTES),
    }

    for key, size in used.items():
        _, kind, number = key.split(":")
        assert int(number) < most[kind][0]
        assert size <= most[kind][1]


async def test_in_a_full_memory_sessions_and_limits_are_asked_as_ever(
    settings_for: Callable[..., Settings], small_redis: redis.Redis
) -> None:
    app = create_app(settings_for(redis_url=small_redis.url, user_limit=8))  # type: ignore[attr-defined]
    async with serving(app) as client:
        leaving, staying = await sign_in(client), await sign_in(client)
        fill(small_redis)

        ended = await client.post(
            "/api/v1/auth/logout", json={"refresh_token": leaving.tokens["refresh_token"]}
        )
        renewed = await client.post(
            "/api/v1/auth/refresh", json={"refresh_token": staying.tokens["refresh_token"]}
        )
        new: Any = {"username": "latecomer", "password": "correct horse battery"}
        await client.post("/api/v1/auth/register", json=new | {"email": "late@example.org"})
        fill(small_redis)
        refused = await client.post("/api/v1/auth/login", json=new)
        app.state.services.sessions.ended._until.clear()  # what other replicas know of it: nothing
        gone = await leaving.ask("GET", "/api/v1/users/me")
        statuses = [(await staying.ask("GET", "/api/v1/users/me")).status_code for _ in range(10)]
        metrics = (await client.get("/metrics")).text

    assert (ended.status_code, renewed.status_code, gone.status_code) == (204, 200, 401)
    assert refused.status_code == 503
    assert statuses == [200] * 8 + [429] * 2
    assert "sessions_unchecked_total 0.0" in metrics


async def test_a_session_that_ended_stays_ended_while_redis_is_gone(
    settings_for: Callable[..., Settings], small_redis: redis.Redis
) -> None:
    """Whoever could make Redis silent could otherwise switch revocation off."""
    app = create_app(settings_for(redis_url=small_redis.url, redis_s=0.2))  # type: ignore[attr-defined]
    async with serving(app) as client:
        signed_out, ended_elsewhere, all_ended, good = [await sign_in(client) for _ in range(4)]
        services = app.state.services
        await client.post("/api/v1/auth/logout", json={"refresh_token": signed_out.tokens["refresh_token"]})
        await all_ended.ask("POST", "/api/v1/auth/logout-all")
        session = services.tokens.verify_access(ended_elsewhere.tokens["access_token"].encode()).session
        await services.redis.call("DEL", f"session:{session}")  # another replica did it
        await ended_elsewhere.ask("GET", "/api/v1/users/me")
        small_redis.client_pause(60_000)

        people = (signed_out, ended_elsewhere, all_ended, good)
        statuses = [(await person.ask("GET", "/api/v1/users/me")).status_code for person in people]
        metrics = (await client.get("/metrics")).text

    assert statuses == [401, 401, 401, 200]
    assert "sessions_unchecked_total 1.0" in metrics


async def test_a_long_answer_travels_on_a_line_of_its_own(
    settings_for: Callable[..., Settings], small_redis: redis.Redis
) -> None:
    """While that line hangs, the line that decides goes on: a miss, and no fail-open."""
    app = create_app(settings_for(redis_url=small_redis.url))  # type: ignore[attr-defined]
    async with serving(app) as client:
        someone = await sign_in(client)
        for number in range(5):
            await someone.make(title=f"long {number}", description="x" * 9_000)
        first = await someone.ask("GET", "/api/v1/tasks")
        await app.state.services.cache.wait_until_stored()
        again = await someone.ask("GET", "/api/v1/tasks")
        hits = 'response_cache_total{source="hit"} 1.0' in (await client.get("/metrics")).text
        heavy = app.state.services.heavy
        sent: list[Any] = []
        real_call = heavy.call

        async def silent(*command: Any) -> Any:
            sent.append(command[0])
            raise cache.RedisUnavailableError("hangs")

        heavy.call = silent
        without = await someone.ask("GET", "/api/v1/tasks")
        heavy.call = real_call
        metrics = (await client.get("/metrics")).text

    assert hits
    assert first.content == again.content == without.content
    assert sent[0] == "GET"
    assert "sessions_unchecked_total 0.0" in metrics
