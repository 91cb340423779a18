"""Routes of tasks."""

import hashlib
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response

from api import bodies, idempotency
from api.bodies import takes
from api.cache import Answer
from api.conditional import required_version, respond, respond_stale
from api.database import DatabaseUnavailableError
from api.gate import claims_of, slot_of
from api.services import Services, services
from api.tasks import repository, statements
from api.tasks.bulk import run_all
from api.tasks.schemas import MAX_ID, Bulk, TaskCreate, TaskQuery, TaskUpdate
from api.wire import json_response, to_json

router = APIRouter(prefix="/api/v1", tags=["tasks"])


@router.post("/tasks", status_code=201, openapi_extra=takes(TaskCreate))
async def create(request: Request) -> Response:
    """Makes a task; with an Idempotency-Key at most one, however often it is sent."""
    asked = await bodies.read(request, TaskCreate)
    made, user_id = services(request), claims_of(request).user_id
    arguments = repository.create_arguments(user_id, asked, lead_s=made.settings.reminder_lead_s)
    key = idempotency.key_of(request)
    if key is None:
        rows = await made.database.write(statements.CREATE, *arguments)
    else:
        mark = await idempotency.fingerprint(request)
        try:
            rows = await made.database.write(statements.CREATE_ONCE, *arguments, key, mark)
        except asyncpg.UniqueViolationError:
            rows = []
        if not rows:
            return await idempotency.replay(made.database, user_id, key, mark)
    await made.cache.moved(user_id)
    task = dict(rows[0])
    return json_response(
        task, 201, {"Location": f"/api/v1/tasks/{task['id']}", "ETag": f'"{task["version"]}"'}
    )


@router.get("/tasks/{id}")
async def read(request: Request, task_id: Annotated[int, Path(alias="id", ge=1, le=MAX_ID)]) -> Response:
    """Answers with one of the caller's tasks; its ETag is its version."""
    made, user_id = services(request), claims_of(request).user_id

    async def produce() -> Answer:
        row = await repository.read(made.database, user_id, task_id)
        return Answer(f'"{row["version"]}"', "", to_json(row))

    return await _cached(request, made, produce)


@router.get("/tasks")
async def list_tasks(request: Request, wanted: Annotated[TaskQuery, Query()]) -> Response:
    """Answers with a page of the caller's tasks."""
    made, user_id = services(request), claims_of(request).user_id
    asked = wanted.model_dump()
    filters = {name: asked[name] for name in repository.FILTERS if asked[name] is not None}
    after = _position(made, user_id, wanted)

    async def produce() -> Answer:
        rows = await repository.page(
            made.database, user_id, repository.Wanted(filters, wanted.sort, wanted.limit, after)
        )
        return _page(request, made, user_id, wanted, rows)

    return await _cached(request, made, produce)


@router.patch("/tasks/{id}", openapi_extra=takes(TaskUpdate))
async def update(request: Request, task_id: Annotated[int, Path(alias="id", ge=1, le=MAX_ID)]) -> Response:
    """Changes a task, if it still is what the caller read (If-Match)."""
    asked = await bodies.read(request, TaskUpdate)
    made, user_id = services(request), claims_of(request).user_id
    version = required_version(request)
    arguments = repository.update_arguments(
        user_id, task_id, version, asked, lead_s=made.settings.reminder_lead_s
    )
    task = repository.changed(await made.database.write(statements.UPDATE, *arguments))
    await made.cache.moved(user_id)
    return json_response(task, 200, {"ETag": f'"{task["version"]}"'})


@router.delete("/tasks/{id}", status_code=204)
async def delete(request: Request, task_id: Annotated[int, Path(alias="id", ge=1, le=MAX_ID)]) -> Response:
    """Deletes a task, if it still is what the caller read (If-Match)."""
    made, user_id = services(request), claims_of(request).user_id
    version = required_version(request)
    repository.changed(await made.database.write(statements.DELETE, task_id, user_id, version))
    await made.cache.moved(user_id)
    return Response(status_code=204)


@router.post("/tasks:bulk", openapi_extra=takes(Bulk))
async def bulk(request: Request) -> Response:
    """Carries out up to a hundred operations in one transaction; an error names the operation and undoes all."""
    asked = await bodies.read(request, Bulk)
    made, user_id = services(request), claims_of(request).user_id
    key = idempotency.key_of(request)
    mark = await idempotency.fingerprint(request)
    lead_s = made.settings.reminder_lead_s
    answer = await run_all(made.database, user_id, asked.operations, key=key, mark=mark, lead_s=lead_s)
    if answer is None:
        return await idempotency.replay(made.database, user_id, str(key), mark)
    await made.cache.moved(user_id)
    return Response(answer, 200, media_type="application/json")


async def _cached(request: Request, made: Services, produce: Any) -> Response:
    slot = slot_of(request)
    try:
        if slot is None:
            return respond(request, await produce())
        made.metrics.miss.inc()
        return respond(request, await made.cache.through(slot, produce))
    except DatabaseUnavailableError as error:
        return respond_stale(request, slot, error)


def _position(made: Services, user_id: int, wanted: TaskQuery) -> tuple[Any, int] | None:
    if wanted.cursor is None:
        return None
    value, task_id = made.cursors.read(user_id, wanted.sort, wanted.cursor)
    return (value if isinstance(value, int) else datetime.fromisoformat(value)), task_id


def _page(
    request: Request, made: Services, user_id: int, wanted: TaskQuery, rows: list[dict[str, Any]]
) -> Answer:
    keys = [row.pop("sort_key") for row in rows]
    following, link = None, ""
    if len(rows) > wanted.limit:
        rows, key = rows[: wanted.limit], keys[wanted.limit - 1]
        value = key if isinstance(key, int) else key.isoformat()
        following = made.cursors.write(user_id, wanted.sort, value, rows[-1]["id"])
        query = [(name, text) for name, text in request.query_params.multi_items() if name != "cursor"]
        link = f'</api/v1/tasks?{urlencode([*query, ("cursor", following)])}>; rel="next"'
    content = to_json({"items": rows, "next": following})
    return Answer(f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"', link, content)
