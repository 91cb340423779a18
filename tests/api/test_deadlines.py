"""A deadline ends what is late and nothing else, with one timer for all."""

from __future__ import annotations

import asyncio

import pytest

from api.deadlines import Deadline, Deadlines


async def wait_for(deadlines: Deadlines, event: asyncio.Event) -> str:
    try:
        with Deadline(deadlines):
            await event.wait()
    except TimeoutError:
        return "late"
    return "in time"


async def test_what_is_late_ends_and_what_is_done_does_not() -> None:
    deadlines, never, soon = Deadlines(0.05), asyncio.Event(), asyncio.Event()
    late = [asyncio.create_task(wait_for(deadlines, never)) for _ in range(3)]
    done = asyncio.create_task(wait_for(deadlines, soon))
    await asyncio.sleep(0)
    soon.set()

    assert await asyncio.gather(done, *late) == ["in time", "late", "late", "late"]


async def test_each_has_its_whole_time_after_an_earlier_one() -> None:
    deadlines, never = Deadlines(0.05), asyncio.Event()
    loop = asyncio.get_running_loop()
    spans = []
    for _ in range(3):
        begin = loop.time()
        with pytest.raises(TimeoutError), Deadline(deadlines):
            await never.wait()
        spans.append(loop.time() - begin)

    assert all(span >= 0.049 for span in spans)


async def test_one_that_began_later_ends_later() -> None:
    deadlines, never = Deadlines(0.1), asyncio.Event()
    first = asyncio.create_task(wait_for(deadlines, never))
    await asyncio.wait([first], timeout=0.05)
    second = asyncio.create_task(wait_for(deadlines, never))

    assert await first == "late"
    assert not second.done()
    assert await second == "late"


async def test_who_is_cancelled_from_outside_is_cancelled() -> None:
    deadlines, never = Deadlines(5.0), asyncio.Event()
    task = asyncio.create_task(wait_for(deadlines, never))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_inside_stays_what_it_is_and_leaves_nothing_watched() -> None:
    deadlines = Deadlines(5.0)
    with pytest.raises(ZeroDivisionError), Deadline(deadlines):
        raise ZeroDivisionError

    assert deadlines._ends == {}


def test_a_loop_that_ended_keeps_no_deadline_from_the_next() -> None:
    deadlines = Deadlines(0.05)

    async def leave() -> None:
        with Deadline(deadlines):
            await asyncio.sleep(0)

    async def stay() -> str:
        return await wait_for(deadlines, asyncio.Event())

    asyncio.run(leave())
    assert asyncio.run(stay()) == "late"
