"""Nobody sees, counts, guesses or changes what belongs to another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.api.routes.conftest import Person

if TYPE_CHECKING:
    from fastapi import FastAPI

Someone = Callable[[], Awaitable[Person]]

BODIES: dict[tuple[str, str], Any] = {
    ("post", "/api/v1/tasks"): {"title": "mine"},
    ("patch", "/api/v1/tasks/{id}"): {"title": "stolen"},
    ("post", "/api/v1/auth/register"): {"username": "taken", "email": "t@example.org", "password": "x" * 12},
    ("post", "/api/v1/auth/login"): {"username": "nobody", "password": "x"},
    ("post", "/api/v1/users/me/password"): {"current_password": "x", "new_password": "no common words"},
    ("post", "/api/v1/auth/refresh"): {"refresh_token": "x"},
    ("post", "/api/v1/auth/logout"): {"refresh_token": "x"},
}
SECRET = "zz-secret-of-the-owner"


async def test_no_route_shows_or_changes_what_belongs_to_another(person: Someone, app: FastAPI) -> None:
    """For every route of the description, with the owner's own numbers in its place."""
    owner, stranger = await person(), await person()
    task = await owner.make(title=SECRET, description=SECRET)
    session = (await owner.ask("GET", "/api/v1/sessions")).json()["items"][0]["id"]
    await stranger.make(title="the stranger's own")
    routes = [(method, path) for path, methods in app.openapi()["paths"].items() for method in methods]
    assert len(routes) >= 15

    for method, path in routes:
        if path == "/api/v1/auth/logout-all":
            continue
        body = BODIES.get((method, path))
        if path.endswith(":bulk"):
            body = {"operations": [{"op": "delete", "id": task["id"], "version": 1}]}
        number = session if "sessions" in path else str(task["id"])
        answer = await stranger.ask(method.upper(), path.replace("{id}", number), json=body, if_match='"1"')
        assert SECRET not in answer.text, (method, path)
        assert answer.status_code < 500, (method, path)
        if "{id}" in path or path.endswith(":bulk"):
            assert answer.status_code == 404, (method, path)

    assert (await owner.ask("GET", f"/api/v1/tasks/{task['id']}")).json() == task
    assert (await owner.ask("GET", "/api/v1/users/me")).json()["username"] == owner.name


async def test_a_strangers_task_and_a_missing_one_cannot_be_told_apart(person: Someone) -> None:
    owner, stranger = await person(), await person()
    task = await owner.make()

    for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None)):
        answers = [
            await stranger.ask(method, f"/api/v1/tasks/{number}", json=body, if_match='"7"')
            for number in (task["id"], 2_000_000_000)
        ]
        told = [{k: v for k, v in answer.json().items() if k != "trace_id"} for answer in answers]
        assert told[0] == told[1]
        assert answers[0].status_code == 404


async def test_no_filter_order_or_search_reaches_over_to_another(person: Someone) -> None:
    owner, stranger = await person(), await person()
    await owner.make(title=SECRET, due_date="2030-01-01T00:00:00Z", status="DONE")
    mine = await stranger.make(title="mine", due_date="2030-01-01T00:00:00Z")
    for sort in ("created_at", "-created_at", "due_date", "-due_date", "priority", "-priority", "updated_at"):
        for narrow in ("", "&q=zz-secret-of-the-owner", "&status=DONE", "&due_before=2031-01-01T00:00:00Z"):
            answer = await stranger.ask("GET", f"/api/v1/tasks?sort={sort}{narrow}")
            assert {task["id"] for task in answer.json()["items"]} <= {mine["id"]}
