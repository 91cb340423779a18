"""Routes of tasks."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response

from api import bodies, idempotency
from api.bodies import request_body
from api.cache import Answer
from api.conditional import last_modified, required_versions, respond, respond_stale
from api.database_errors import DatabaseUnavailableError
from api.gate import claims_of, slot_of
from api.responses import json_response, to_json
from api.services import Services, services_of
from api.tasks import repository, statements
from api.tasks.bulk import run_all
from api.tasks.schemas import MAX_ID, Bulk, Number, TaskCreate, TaskQuery, TaskUpdate
from api.tasks.search import query_of

router = APIRouter(prefix="/api/v1", tags=["tasks"])
MAX_PAGE_CHARS: Final = 200_000
"""A page of long descriptions ends earlier: no answer may hold a megabyte for somebody who reads slowly."""


@router.post("/tasks", status_code=201, openapi_extra=request_body(TaskCreate))
async def create(request: Request) -> Response:
    """Makes a task; with an Idempotency-Key at most one, however often it is sent."""
    body = await bodies.read(request, TaskCreate)
    services, user_id = services_of(request), claims_of(request).user_id
    arguments = repository.create_arguments(user_id, body, lead_s=services.settings.reminder_lead_s)
    key = idempotency.key_of(request)
    await _admit(services, user_id, [body], key)
    if key is None:
        rows = await services.database.write(statements.CREATE, *arguments)
    else:
        digest = await idempotency.fingerprint(request)
        try:
            rows = await services.database.write(statements.CREATE_ONCE, *arguments, key, digest)
        except asyncpg.UniqueViolationError:
            rows = []
        if not rows:
            return await idempotency.replay(services.database, user_id, key, digest)
    await services.cache.invalidate(user_id)
    task = dict(rows[0])
    return json_response(
        task, 201, {"Location": f"/api/v1/tasks/{task['id']}", "ETag": f'"{task["version"]}"'}
    )


@router.get("/tasks/{id}")
async def read(
    request: Request, task_id: Annotated[int, Path(alias="id", ge=1, le=MAX_ID), Number]
) -> Response:
    """Answers with one of the caller's tasks; its ETag is its version."""
    services, user_id = services_of(request), claims_of(request).user_id

    async def produce() -> Answer:
        row = await repository.read(services.database, user_id, task_id)
        modified = last_modified(row["updated_at"], services.clock())
        return Answer(f'"{row["version"]}"', "", modified, to_json(row))

    return await _cached(request, services, produce)


@router.get("/tasks")
async def list_tasks(request: Request, query: Annotated[TaskQuery, Query()]) -> Response:
    """Answers with a page of the caller's tasks."""
    services, user_id = services_of(request), claims_of(request).user_id
    given = query.model_dump()
    filters = {name: given[name] for name in repository.FILTERS if given[name] is not None}
    if query.q is not None:
        filters["q"] = query_of(query.q)
    after = _position(services, user_id, query)

    async def produce() -> Answer:
        page = repository.PageRequest(filters, query.sort, query.limit, after)
        if query.q is None:
            rows = await repository.page(services.database, user_id, page)
        else:
            async with services.searches.of(user_id):
                rows = await repository.search(services.database, user_id, page)
        return _page(request, services, user_id, query, rows)

    return await _cached(request, services, produce)


@router.patch("/tasks/{id}", openapi_extra=request_body(TaskUpdate))
async def update(
    request: Request, task_id: Annotated[int, Path(alias="id", ge=1, le=MAX_ID), Number]
) -> Response:
    """Changes a task, if it still is what the caller read (If-Match)."""
    body = await bodies.read(request, TaskUpdate)
    services, user_id = services_of(request), claims_of(request).user_id
    versions = required_versions(request)
    arguments = repository.update_arguments(
        user_id, task_id, versions, body, lead_s=services.settings.reminder_lead_s
    )
    await _admit(services, user_id, [body], None)
    task = repository.changed_row(await services.database.write(statements.UPDATE, *arguments))
    await services.cache.invalidate(user_id)
    return json_response(task, 200, {"ETag": f'"{task["version"]}"'})


@router.delete("/tasks/{id}", status_code=204)
async def delete(
    request: Request, task_id: Annotated[int, Path(alias="id", ge=1, le=MAX_ID), Number]
) -> Response:
    """Deletes a task, if it still is what the caller read (If-Match)."""
    services, user_id = services_of(request), claims_of(request).user_id
    versions = required_versions(request)
    repository.changed_row(await services.database.write(statements.DELETE, task_id, user_id, versions))
    await services.cache.invalidate(user_id)
    return Response(status_code=204)


BULK: Final = (
    "Carries out up to a hundred operations in one transaction; an error names the operation and undoes all."
)


@router.post("/tasks:bulk", description=BULK, openapi_extra=request_body(Bulk))
async def bulk(request: Request) -> Response:
    """Carries out all operations or none."""
    body = await bodies.read(request, Bulk)
    services, user_id = services_of(request), claims_of(request).user_id
    key = idempotency.key_of(request)
    digest = await idempotency.fingerprint(request)
    await _admit(services, user_id, body.operations, key)
    lead_s = services.settings.reminder_lead_s
    answer = await run_all(services.database, user_id, body.operations, key=key, digest=digest, lead_s=lead_s)
    if answer is None:
        return await idempotency.replay(services.database, user_id, str(key), digest)
    await services.cache.invalidate(user_id)
    return Response(answer, 200, media_type="application/json")


async def _admit(services: Services, user_id: int, writes: Sequence[Any], key: str | None) -> None:
    """Counts what is about to be written as this user's."""
    size, rows = repository.size_of(writes), repository.rows_of(writes)
    if rows or size:
        await services.tasks_quota.admit(services.database, user_id, rows=rows, size=size)
    if key is not None:
        await services.keys_quota.admit(services.database, user_id, rows=1, size=size)


async def _cached(request: Request, services: Services, produce: Any) -> Response:
    slot = slot_of(request)
    try:
        if slot is None:
            return respond(request, await produce())
        services.metrics.miss.inc()
        return respond(request, await services.cache.get_or_produce(slot, produce))
    except DatabaseUnavailableError as error:
        return await respond_stale(request, slot, error)


def _position(services: Services, user_id: int, query: TaskQuery) -> tuple[Any, int] | None:
    if query.cursor is None:
        return None
    value, task_id = services.cursors.read(user_id, query.sort, query.cursor)
    return (value if isinstance(value, int) else datetime.fromisoformat(value)), task_id


def _page(
    request: Request, services: Services, user_id: int, query: TaskQuery, rows: list[dict[str, Any]]
) -> Answer:
    keys = [row.pop("sort_key") for row in rows]
    following, link = None, ""
    size = min(query.limit, _fitting(rows))
    if len(rows) > size:
        rows, key = rows[:size], keys[size - 1]
        value = key if isinstance(key, int) else key.isoformat()
        following = services.cursors.write(user_id, query.sort, value, rows[-1]["id"])
        others = [(name, text) for name, text in request.query_params.multi_items() if name != "cursor"]
        link = f'</api/v1/tasks?{urlencode([*others, ("cursor", following)])}>; rel="next"'
    content = to_json({"items": rows, "next": following})
    return Answer(f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"', link, "", content)


def _fitting(rows: list[dict[str, Any]]) -> int:
    """Returns how many of the rows make a page that is not too long; at least one."""
    sizes = accumulate(len(row["title"]) + len(row["description"] or "") for row in rows)
    return max(1, sum(size <= MAX_PAGE_CHARS for size in sizes))
