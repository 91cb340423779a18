"""The API and the worker as they ship, while what they stand on is frozen, killed or taken away.

Each server is real, and so is each signal. Loops are bounded in count, on loopback, and stop by themselves.
"""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import psutil
import pytest

from api import servers as real
from api.migrations.run import upgrade
from api.servers.stack import Stack, programs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

ANN = {"username": "ann", "password": "a-password-of-some-length"}
SETTINGS = {
    "PASSWORD_MEMORY_KIB": "8",
    "USER_LIMIT": "1000000",
    "IP_LIMIT": "1000000",
    "LOGIN_IP_LIMIT": "1000000",
    "LOGIN_ACCOUNT_LIMIT": "1000000",
    "DRAIN_S": "5",
    "CACHE_S": "0",
}
ANSWER_S = 4.0
"""The settings promise two seconds; the rest is for a machine that runs other tests beside this one."""

_STARTER = ThreadPoolExecutor(1)
"""A server ends with the thread that started it, so that thread must not end with a test's event loop."""


@pytest.fixture(scope="module")
def pair(servers: real.Pair, server_folder: Path) -> Iterator[real.Pair]:
    """Servers that these tests may harm, of the session's kind."""
    if servers.kind == "named":
        pytest.skip("DATABASE_URL names a server that these tests may not kill.")
    found = real.embedded() if servers.kind == "embedded" else real.debian()
    with real.running(found, server_folder / f"faults-{servers.kind}") as own:
        upgrade(own.admin_url)
        yield own


@pytest.fixture(scope="module")
def stack(pair: real.Pair, server_folder: Path) -> Iterator[Stack]:
    folder = server_folder / f"faults-{pair.kind}"
    running = programs(
        database_url=pair.admin_url, redis_url=pair.redis_url, folder=folder, settings=SETTINGS
    )
    try:
        running.worker.start()
        running.api.start()
        yield running
    finally:
        running.api.kill()
        running.worker.stop()


@pytest.fixture
async def user(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """A client that is signed in as the one user of these tests."""
    async with httpx.AsyncClient(base_url=f"{stack.api.url}/api/v1", timeout=15) as client:
        await client.post("/auth/register", json=ANN | {"email": "ann@example.com"})
        client.headers["Authorization"] = f"Bearer {await sign_in(client, ANN)}"
        yield client


async def sign_in(client: httpx.AsyncClient, account: dict[str, str]) -> str:
    """Signs in, as soon as the API has noticed that the server before it came back."""
    for _ in range(100):
        answer = await client.post("/auth/login", json=account)
        if answer.status_code == 200:
            return str(answer.json()["access_token"])
        assert answer.status_code == 503, answer.text
        await asyncio.sleep(0.1)
    raise AssertionError(f"nobody could sign in: {answer.text}")


async def until(client: httpx.AsyncClient, path: str, status: int) -> None:
    """Asks until the answer comes; a bounded wait for a recovery, never for a time."""
    for _ in range(300):
        try:
            if (await client.get(path)).status_code == status:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} never answered {status}")


async def beside(action: Callable[[], None]) -> None:
    """Starts or stops a server beside the running clients, on a thread that outlives the test."""
    await asyncio.get_running_loop().run_in_executor(_STARTER, action)


class Frozen:
    """A server whose every process is stopped, as on a machine that hangs."""

    def __init__(self, pid: int) -> None:
        parent = psutil.Process(pid)
        self._all = [parent, *parent.children(recursive=True)]

    def __enter__(self) -> None:
        for process in self._all:
            process.send_signal(signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        for process in self._all:
            process.send_signal(signal.SIGCONT)


async def test_a_frozen_database_is_a_503_in_time_while_the_process_stays_alive(
    pair: real.Pair, stack: Stack, user: httpx.AsyncClient
) -> None:
    task = (await user.post("/tasks", json={"title": "kept"})).json()["id"]
    with Frozen(pair.postgres.pid):  # type: ignore[union-attr] # the fixture skipped otherwise
        answer = await asyncio.wait_for(user.get(f"/tasks/{task}"), ANSWER_S)
        alive = await user.get(f"{stack.api.url}/health")
        await until(user, f"{stack.api.url}/ready", 503)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert alive.status_code == 200
    await until(user, f"/tasks/{task}", 200)
    await until(user, f"{stack.api.url}/ready", 200)


async def test_a_lost_database_is_a_503_that_says_when_to_come_back_and_nothing_is_lost(
    pair: real.Pair, stack: Stack, user: httpx.AsyncClient
) -> None:
    task = (await user.post("/tasks", json={"title": "kept"})).json()["id"]
    pair.postgres.stop()  # type: ignore[union-attr]
    answer = await asyncio.wait_for(user.get(f"/tasks/{task}"), ANSWER_S)
    pair.postgres.start()  # type: ignore[union-attr]

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    await until(user, f"/tasks/{task}", 200)
    await until(user, f"{stack.api.url}/ready", 200)


async def test_readers_never_notice_that_a_failover_cut_every_connection(
    pair: real.Pair, user: httpx.AsyncClient
) -> None:
    task = (await user.post("/tasks", json={"title": "kept"})).json()["id"]
    await asyncio.gather(*(user.get(f"/tasks/{task}") for _ in range(16)))
    admin = await asyncpg.connect(pair.admin_url)
    cut = await admin.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'toban-api' AND pid <> pg_backend_pid()"
    )
    await admin.close()

    answers = await asyncio.gather(*(user.get(f"/tasks/{task}") for _ in range(32)))

    assert cut > 0
    assert {answer.status_code for answer in answers} == {200}


async def test_a_frozen_and_a_lost_redis_cost_no_request(
    pair: real.Pair, stack: Stack, user: httpx.AsyncClient
) -> None:
    task = (await user.post("/tasks", json={"title": "kept"})).json()["id"]
    with Frozen(pair.redis.pid):  # type: ignore[union-attr]
        slow = [await asyncio.wait_for(user.get(f"/tasks/{task}"), ANSWER_S) for _ in range(5)]
    pair.redis.kill()  # type: ignore[union-attr]
    lost = [await asyncio.wait_for(user.get(f"/tasks/{task}"), ANSWER_S) for _ in range(5)]
    ready = await user.get(f"{stack.api.url}/ready")
    pair.redis.start()  # type: ignore[union-attr]

    assert {answer.status_code for answer in [*slow, *lost]} == {200}
    assert ready.status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=-1", "limit=0", "limit=101", "limit=100000", "cursor=guess", "skip=1"]
)
async def test_a_page_that_cannot_be_is_refused_in_words(user: httpx.AsyncClient, query: str) -> None:
    answer = await user.get(f"/tasks?{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_nul_in_a_title_is_refused_in_words(user: httpx.AsyncClient) -> None:
    assert (await user.post("/tasks", json={"title": "a\x00b"})).status_code == 422


async def test_a_drained_api_fails_no_request_of_those_it_was_given(
    stack: Stack, user: httpx.AsyncClient
) -> None:
    task = (await user.post("/tasks", json={"title": "kept"})).json()["id"]
    process = stack.api.process
    assert process is not None
    seen: list[int] = []
    stop = asyncio.Event()

    async def ask() -> None:
        """A client behind a load balancer: it goes on until the replica is out of rotation."""
        while not stop.is_set():
            seen.append((await user.get(f"/tasks/{task}")).status_code)

    asking = [asyncio.create_task(ask()) for _ in range(16)]
    process.send(signal.SIGTERM)
    await until(user, f"{stack.api.url}/ready", 503)
    stop.set()  # the load balancer has seen it: 503 on /ready takes the replica out of rotation
    await asyncio.gather(*asking)
    await beside(stack.api.stop)
    await beside(stack.api.start)

    assert len(seen) >= 16
    assert set(seen) == {200}


async def write(client: httpx.AsyncClient, key: str, url: str) -> int:
    """One write of a client that retries with its Idempotency-Key until it is acknowledged."""
    for _ in range(300):
        try:
            answer = await client.post(
                f"{url}/api/v1/tasks", json={"title": key}, headers={"Idempotency-Key": key}, timeout=5
            )
        except httpx.TransportError:
            pass
        else:
            if answer.status_code == 201:
                return int(answer.json()["id"])
            if answer.status_code == 401:  # Redis held the sessions and lost them: a client signs in again
                client.headers["Authorization"] = f"Bearer {await sign_in(client, ANN)}"
                continue
            # Whatever is not an acknowledgement is tried again, as a client does after any 5xx.
            assert answer.status_code in {409, 429, 500, 503}, answer.text
        await asyncio.sleep(0.1)
    raise AssertionError(f"{key} was never acknowledged")


@pytest.mark.parametrize("victim", ["api", "worker", "postgres", "redis"])
async def test_a_kill_under_write_load_loses_and_doubles_no_acknowledged_write(
    victim: str, pair: real.Pair, stack: Stack, user: httpx.AsyncClient
) -> None:
    harmed: Any = {"api": stack.api, "worker": stack.worker, "postgres": pair.postgres, "redis": pair.redis}[
        victim
    ]
    keys = [f"{victim}-{number}" for number in range(200)]
    acknowledged: dict[str, int] = {}
    busy = asyncio.Event()

    async def writer(mine: list[str]) -> None:
        for key in mine:
            acknowledged[key] = await write(user, key, stack.api.url)
            if len(acknowledged) >= 40:
                busy.set()

    writing = [asyncio.create_task(writer(keys[start::8])) for start in range(8)]
    await busy.wait()
    harmed.kill()
    await beside(harmed.start)
    await asyncio.gather(*writing)

    admin = await asyncpg.connect(pair.admin_url)
    stored = await admin.fetch("SELECT id, title FROM tasks WHERE title LIKE $1", f"{victim}-%")
    await admin.close()
    assert sorted(row["title"] for row in stored) == sorted(keys)
    assert {row["title"]: row["id"] for row in stored} == acknowledged


async def test_a_flood_of_wrong_passwords_starves_nobody_and_stays_within_its_memory(
    pair: real.Pair, user: httpx.AsyncClient, server_folder: Path
) -> None:
    """The one probe with the shipped cost of a hash: cheap hashes would prove nothing."""
    folder = server_folder / f"faults-{pair.kind}" / "flood"
    folder.mkdir(exist_ok=True)
    shipped = programs(
        database_url=pair.admin_url,
        redis_url=pair.redis_url,
        folder=folder,
        settings={name: value for name, value in SETTINGS.items() if name != "PASSWORD_MEMORY_KIB"},
    ).api
    await beside(shipped.start)
    try:
        assert shipped.process is not None
        memory = psutil.Process(shipped.process.pid)
        user.base_url = httpx.URL(f"{shipped.url}/api/v1")
        user.headers["Authorization"] = f"Bearer {await sign_in(user, ANN)}"
        wrong = {"username": "ann", "password": "wrong-password"}
        flood = [asyncio.create_task(user.post("/auth/login", json=wrong)) for _ in range(80)]
        served, peak = 0, 0
        while not all(task.done() for task in flood):
            served += (await user.get("/tasks")).status_code == 200
            peak = max(peak, memory.memory_info().rss)
        statuses = {task.result().status_code for task in flood}
    finally:
        await beside(shipped.stop)

    assert statuses <= {401, 429, 503}
    assert served >= 5
    assert peak <= 256 * 2**20
