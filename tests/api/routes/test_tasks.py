"""Tasks: made, read, changed, deleted and listed by their owner, once, never over somebody's newer change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api import answer_places, gate
from api.tasks.cursor import Cursors
from tests.api.routes.conftest import Person

if TYPE_CHECKING:
    from fastapi import FastAPI

Someone = Callable[[], Awaitable[Person]]


async def test_a_task_is_answered_with_its_version_and_unchanged_is_answered_without_it(
    person: Someone,
) -> None:
    someone = await person()
    task = await someone.make(title="buy rice", due_date="2030-01-01T09:00:00+09:00")
    path = f"/api/v1/tasks/{task['id']}"

    first = await someone.ask("GET", path)
    again = await someone.ask("GET", path)
    unchanged = await someone.ask("GET", path, if_none_match='W/"1"')

    assert first.json() == again.json() == task
    assert task["due_date"] == "2030-01-01T00:00:00Z"
    assert first.headers["etag"] == '"1"'
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_change_needs_the_version_it_was_made_for(person: Someone) -> None:
    someone = await person()
    path = f"/api/v1/tasks/{(await someone.make())['id']}"

    blind = await someone.ask("PATCH", path, json={"status": "DONE"})
    first = await someone.ask("PATCH", path, json={"status": "DONE"}, if_match='"1"')
    late = await someone.ask("PATCH", path, json={"status": "TODO"}, if_match='"1"')
    late_delete = await someone.ask("DELETE", path, if_match='"1"')
    delete = await someone.ask("DELETE", path, if_match='"2"')

    codes = [answer.status_code for answer in (blind, first, late, late_delete, delete)]
    assert codes == [428, 200, 412, 412, 204]
    assert first.json()["version"] == 2
    assert (await someone.ask("GET", path)).status_code == 404


async def test_what_a_change_does_not_name_stays_and_null_takes_away(person: Someone) -> None:
    someone = await person()
    task = await someone.make(description="long", due_date="2030-01-01T00:00:00Z", priority="HIGH")

    answer = await someone.ask("PATCH", f"/api/v1/tasks/{task['id']}", json={"due_date": None}, if_match="*")

    changed = answer.json()
    assert (changed["description"], changed["priority"], changed["due_date"]) == ("long", "HIGH", None)


async def test_a_reader_sees_its_own_change_although_the_answer_was_cached(person: Someone) -> None:
    someone = await person()
    path = f"/api/v1/tasks/{(await someone.make())['id']}"
    for number in range(1, 6):
        before = await someone.ask("GET", path)
        assert before.json()["version"] == number
        listed = await someone.ask("GET", "/api/v1/tasks")
        assert listed.json()["items"][0]["version"] == number
        await someone.ask("PATCH", path, json={"title": f"t{number}"}, if_match=before.headers["etag"])


async def test_of_many_changes_of_one_version_exactly_one_wins(person: Someone) -> None:
    someone = await person()
    path = f"/api/v1/tasks/{(await someone.make())['id']}"

    answers = await asyncio.gather(
        *(someone.ask("PATCH", path, json={"title": f"t{number}"}, if_match='"1"') for number in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7


async def test_a_request_repeated_with_its_key_has_one_effect_and_one_answer(person: Someone) -> None:
    someone = await person()
    task = {"title": "once", "due_date": "2030-01-01T00:00:00.5Z"}

    answers = await asyncio.gather(
        *(someone.ask("POST", "/api/v1/tasks", json=task, idempotency_key="k") for _ in range(6))
    )
    other = await someone.ask("POST", "/api/v1/tasks", json={"title": "other"}, idempotency_key="k")
    items = (await someone.ask("GET", "/api/v1/tasks")).json()["items"]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 5
    assert other.status_code == 422
    assert len(items) == 1


async def test_two_people_may_use_the_same_key(person: Someone) -> None:
    someone, stranger = await person(), await person()

    first = await someone.ask("POST", "/api/v1/tasks", json={"title": "a"}, idempotency_key="same")
    second = await stranger.ask("POST", "/api/v1/tasks", json={"title": "b"}, idempotency_key="same")

    assert (first.json()["title"], second.json()["title"]) == ("a", "b")


async def test_a_bulk_happens_as_a_whole_or_not_at_all_and_names_what_failed(person: Someone) -> None:
    someone = await person()
    task = await someone.make()
    create = {"op": "create", "title": "new"}
    good = {"op": "update", "id": task["id"], "version": 1, "status": "DONE"}
    bad = {"op": "delete", "id": task["id"], "version": 9}

    refused = await someone.ask("POST", "/api/v1/tasks:bulk", json={"operations": [create, good, bad]})
    after_refusal = (await someone.ask("GET", "/api/v1/tasks")).json()["items"]
    done = await someone.ask(
        "POST", "/api/v1/tasks:bulk", json={"operations": [create, good]}, idempotency_key="b"
    )
    again = await someone.ask(
        "POST", "/api/v1/tasks:bulk", json={"operations": [create, good]}, idempotency_key="b"
    )

    assert (refused.status_code, refused.json()["operation"]) == (412, 2)
    assert after_refusal == [task]
    assert done.status_code == again.status_code == 200
    assert done.content == again.content
    assert len((await someone.ask("GET", "/api/v1/tasks")).json()["items"]) == 2


async def test_a_bulk_of_more_than_a_hundred_is_refused(person: Someone) -> None:
    someone = await person()
    operations = [{"op": "create", "title": "x"}] * 101

    answer = await someone.ask("POST", "/api/v1/tasks:bulk", json={"operations": operations})

    assert answer.status_code == 422


async def _walk(someone: Person, query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    path = f"/api/v1/tasks?{query}"
    while path:
        answer = await someone.ask("GET", path)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        path = answer.headers.get("link", "").partition(">")[0].lstrip("<")
    return found


async def test_pages_put_together_are_the_whole_list_in_order_for_every_order(person: Someone) -> None:
    someone = await person()
    start = datetime(2030, 1, 1, tzinfo=UTC)
    operations = [
        {
            "op": "create",
            "title": f"t{number}",
            "priority": ("LOW", "MEDIUM", "HIGH")[number % 3],
            **({"due_date": (start + timedelta(days=number % 4)).isoformat()} if number % 5 else {}),
        }
        for number in range(23)
    ]
    await someone.ask("POST", "/api/v1/tasks:bulk", json={"operations": operations})
    rank = {"LOW": 1, "MEDIUM": 2, "HIGH": 3}
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "created_at": lambda task: (task["created_at"], task["id"]),
        "updated_at": lambda task: (task["updated_at"], task["id"]),
        "due_date": lambda task: (task["due_date"] or "9999", task["id"]),
        "priority": lambda task: (rank[task["priority"]], task["id"]),
    }

    for name, key in keys.items():
        up = await _walk(someone, f"limit=4&sort={name}")
        down = await _walk(someone, f"limit=4&sort=-{name}")
        assert len(up) == 23
        assert up == sorted(up, key=key), name
        assert down == up[::-1], name


async def test_filters_and_search_narrow_the_list(person: Someone) -> None:
    someone = await person()
    await someone.make(title="Buy rice", status="DONE", priority="HIGH", due_date="2030-01-05T00:00:00Z")
    await someone.make(title="Buy tea", description="green, from Uji", due_date="2030-01-09T00:00:00Z")
    await someone.make(title="Sleep")

    async def titles(query: str) -> set[str]:
        return {task["title"] for task in await _walk(someone, query)}

    assert await titles("status=DONE") == {"Buy rice"}
    assert await titles("priority=MEDIUM") == {"Buy tea", "Sleep"}
    assert await titles("due_before=2030-01-06T00:00:00Z") == {"Buy rice"}
    assert await titles("due_after=2030-01-06T00:00:00Z&due_before=2031-01-01T00:00:00Z") == {"Buy tea"}
    assert await titles("q=buy") == {"Buy rice", "Buy tea"}
    assert await titles("q=uji%20green&status=TODO") == {"Buy tea"}
    assert await titles("q=%22%20OR%20-") == set()


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=-1",
        "stauts=DONE",
        "q=%00",
        "sort=owner",
        "cursor=AAAA",
        "cursor=%C3%A9",
    ],
)
async def test_a_question_that_makes_no_sense_is_a_422_and_never_a_500(person: Someone, query: str) -> None:
    someone = await person()

    assert (await someone.ask("GET", f"/api/v1/tasks?{query}")).status_code == 422


async def test_a_due_date_writes_one_reminder_down_in_the_same_transaction(
    person: Someone, app: FastAPI
) -> None:
    someone = await person()
    task = await someone.make(due_date="2030-01-01T00:00:00Z")
    await someone.make()
    await someone.make(due_date="2030-01-01T00:00:00Z", status="DONE")
    path = f"/api/v1/tasks/{task['id']}"
    await someone.ask("PATCH", path, json={"title": "renamed"}, if_match="*")
    await someone.ask("PATCH", path, json={"due_date": "2030-02-01T00:00:00Z"}, if_match="*")

    rows = await app.state.services.database.fetch(
        "SELECT key, run_at FROM jobs WHERE payload->>'task_id' = $1 ORDER BY run_at", str(task["id"])
    )

    assert [row["key"] for row in rows] == [
        f"remind:{task['id']}:2030-01-01T00:00:00.000000",
        f"remind:{task['id']}:2030-02-01T00:00:00.000000",
    ]
    assert rows[0]["run_at"] == datetime(2029, 12, 31, 23, tzinfo=UTC)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 9), st.integers(1, 9), st.text(max_size=20), st.integers(0, 2**31 - 1))
def test_a_cursor_is_read_back_by_its_user_alone(user: int, other: int, value: str, task: int) -> None:
    cursors = Cursors({"k": b"secret" * 6})
    written = cursors.write(user, "created_at", value.encode("utf-8", "replace").decode(), task)

    assert cursors.read(user, "created_at", written)[1] == task
    for reader, order in ((other if other != user else other + 1, "created_at"), (user, "-created_at")):
        with pytest.raises(Exception, match="cursor"):
            cursors.read(reader, order, written)


async def test_what_one_user_reads_fills_no_more_than_a_bounded_piece_of_redis(
    person: Someone, app: FastAPI
) -> None:
    someone = await person()
    for _ in range(2):
        operations = [{"op": "create", "title": "fat", "description": "x" * 4_000}] * 10
        await someone.ask("POST", "/api/v1/tasks:bulk", json={"operations": operations})
    redis = app.state.services.redis
    before = set(await redis.call("KEYS", "answer4:list:*"))

    for number in range(120):
        answer = await someone.ask(
            "GET", f"/api/v1/tasks?limit=10&due_before=2031-01-01T00:00:00.{number:03}Z"
        )
        assert answer.status_code == 200
    await someone.ask("GET", "/api/v1/tasks?limit=100")
    after = set(await redis.call("KEYS", "answer4:list:*")) - before
    sizes = [await redis.call("STRLEN", key) for key in after]

    assert 0 < len(sizes) <= 32
    assert max(sizes) < 65_536 + 200


async def test_lists_that_share_a_place_are_never_taken_for_each_other(person: Someone) -> None:
    someone = await person()
    for number in range(40):
        await someone.make(title=f"word{number}")

    for _ in range(2):
        for number in range(40):
            answer = await someone.ask("GET", f"/api/v1/tasks?q=word{number}")
            assert [task["title"] for task in answer.json()["items"]] == [f"word{number}"]


async def test_tasks_that_share_a_place_do_not_push_each_other_out(
    person: Someone, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three find room where each has the same three places; with a fourth all are answered all the same."""
    someone = await person()
    tasks = [(await someone.make(title=f"task {number}"))["id"] for number in range(4)]
    monkeypatch.setattr(gate, "place_of", _crowded)
    cache = app.state.services.cache

    async def read(task: int) -> str:
        answer = await someone.ask("GET", f"/api/v1/tasks/{task}")
        await cache.wait_until_stored()
        return str(answer.json()["title"])

    def hits() -> float:
        return app.state.services.metrics.hit._value.get()  # type: ignore[no-any-return]

    for task in tasks[:3]:
        await read(task)
    before = hits()
    for task in tasks[:3]:
        await read(task)

    assert hits() == before + 3
    for _ in range(3):
        assert [await read(task) for task in tasks] == [f"task {number}" for number in range(4)]


def _crowded(user_id: int, path: str, query: bytes) -> answer_places.Place:
    place = answer_places.place_of(user_id, path, query)
    return place._replace(keys=tuple(f"answer4:crowd{user_id}:{way}" for way in range(len(place.keys))))
