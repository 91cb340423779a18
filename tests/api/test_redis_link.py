"""One line to Redis for everybody: answers reach who asked, and a slow or lost Redis holds nobody up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest

from api.redis_link import RedisLink, RedisUnavailableError, Script

ECHO = Script("return ARGV[1]")


class Road:
    """A way to the real Redis that a test can slow down, block, and cut; it counts who came along."""

    def __init__(self, url: str) -> None:
        self._to = urlsplit(url)
        self._lines: list[asyncio.StreamWriter] = []
        self._serving: list[asyncio.Task[None]] = []
        self.delay_s = 0.0
        self.open = asyncio.Event()
        self.open.set()
        self.instead = b""
        self.came = 0
        self.url = ""

    @asynccontextmanager
    async def built(self) -> AsyncIterator[Road]:
        server = await asyncio.start_server(self._arrive, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.url = urlunsplit(self._to._replace(netloc=f":{self._to.password}@127.0.0.1:{port}"))
        yield self
        server.close()
        self.cut()
        self.open.set()
        await asyncio.gather(*self._serving)

    def cut(self) -> None:
        for writer in self._lines:
            writer.transport.abort()

    def _arrive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._serving.append(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.came += 1
        there, back = await asyncio.open_connection(self._to.hostname, self._to.port)
        self._lines += [writer, back]
        await asyncio.gather(self._pass(reader, back), self._pass(there, writer, answers=True))

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool = False
    ) -> None:
        try:
            while data := await reader.read(65536):
                await self.open.wait()
                await asyncio.sleep(self.delay_s if answers else 0)
                writer.write(self.instead if answers and self.instead else data)
        except OSError:
            return


@pytest.fixture
async def road(redis_url: str) -> AsyncIterator[Road]:
    async with Road(redis_url).built() as built:
        yield built


Opener = Callable[[float], RedisLink]


@pytest.fixture
async def link_of(road: Road) -> AsyncIterator[Opener]:
    links: list[RedisLink] = []

    def open_link(timeout_s: float = 2.0) -> RedisLink:
        links.append(RedisLink(road.url, timeout_s=timeout_s))
        return links[-1]

    yield open_link
    for link in links:
        await link.close()


async def seconds(work: Awaitable[object]) -> float:
    """How long it took to be refused."""
    begin = time.perf_counter()
    with pytest.raises(RedisUnavailableError):
        await work
    return time.perf_counter() - begin


async def test_each_of_many_callers_gets_the_answer_to_its_own_question(link_of: Opener, road: Road) -> None:
    link = link_of(2.0)

    answers = await asyncio.gather(*(link.call("ECHO", f"n{number}") for number in range(300)))

    assert answers == [f"n{number}".encode() for number in range(300)]
    assert road.came == 1


async def test_a_caller_that_leaves_does_not_shift_the_answers_of_the_others(
    link_of: Opener, road: Road
) -> None:
    link = link_of(2.0)
    await link.probe()
    road.open.clear()
    asking = [asyncio.create_task(link.call("ECHO", f"n{number}")) for number in range(10)]
    await asyncio.sleep(0)
    for task in asking[::2]:
        task.cancel()
    road.open.set()

    stayed = await asyncio.gather(*asking[1::2])

    assert stayed == [f"n{number}".encode() for number in range(1, 10, 2)]


async def test_a_silent_redis_is_given_up_in_time_and_then_not_waited_for_at_all(
    link_of: Opener, road: Road
) -> None:
    link = link_of(0.1)
    await link.probe()
    road.open.clear()

    first = await asyncio.gather(*(seconds(link.call("PING")) for _ in range(8)))
    await seconds(link.probe())
    then = await asyncio.gather(*(seconds(link.call("PING")) for _ in range(8)))

    assert max(first) < 1.0
    assert link.breaker.is_open
    assert max(then) < 0.05
    road.open.set()
    await link.probe()
    assert await link.call("ECHO", "again") == b"again"


async def test_a_slow_redis_costs_each_caller_its_limit_at_most(link_of: Opener, road: Road) -> None:
    link = link_of(0.1)
    await link.probe()
    road.delay_s = 0.02
    assert await link.call("ECHO", "slow but in time") == b"slow but in time"

    road.delay_s = 0.4
    waits = [await seconds(link.call("PING")) for _ in range(5)]

    assert max(waits) < 1.0
    assert min(waits) < 0.05


async def test_a_cut_connection_is_made_anew_by_the_next_caller(link_of: Opener, road: Road) -> None:
    link = link_of(2.0)
    await link.probe()
    waiting = asyncio.create_task(seconds(link.call("BLPOP", "nothing", 5)))
    await asyncio.sleep(0)
    road.cut()
    await waiting

    assert await link.call("ECHO", "anew") == b"anew"
    assert road.came == 2


async def test_a_script_is_sent_again_to_a_redis_that_has_forgotten_it(link_of: Opener) -> None:
    link = link_of(2.0)
    for _ in range(2):
        assert await link.run(ECHO, [], ["x"]) == b"x"
        await link.call("SCRIPT", "FLUSH")


async def test_a_refused_command_is_an_error_of_its_own_and_the_connection_stays(
    link_of: Opener, road: Road
) -> None:
    link = link_of(2.0)
    await link.call("SET", "text", "x")

    with pytest.raises(RedisUnavailableError, match="WRONGTYPE"):
        await link.call("LPUSH", "text", "y")

    assert await link.call("GET", "text") == b"x"
    assert road.came == 1


async def test_a_primary_that_became_a_replica_is_left(link_of: Opener, road: Road) -> None:
    link = link_of(2.0)
    await link.probe()
    road.instead = b"-READONLY You can't write against a read only replica.\r\n"
    with pytest.raises(RedisUnavailableError, match="READONLY"):
        await link.call("SET", "a", "b")
    road.instead = b""

    assert await link.call("SET", "a", "b") == b"OK"
    assert road.came == 2


async def test_a_wrong_password_is_no_redis_at_all_and_is_counted(road: Road) -> None:
    failures: list[int] = []
    link = RedisLink(
        road.url.replace("redis://:", "redis://:not-"), timeout_s=2.0, on_failure=lambda: failures.append(1)
    )

    with pytest.raises(RedisUnavailableError, match="AuthenticationError"):
        await link.call("PING")

    assert failures == [1]
    await link.close()
