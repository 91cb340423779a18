"""The floor of the task API: bare FastAPI and one asyncpg query for each request, with nothing around it.

No token, no limiter, no metrics, no log, no cache, no deadline, no conditional request: what the framework
and the driver cost by themselves.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel

COLUMNS = "id, title, description, status, priority, due_date, created_at, updated_at, version"


class NewTask(BaseModel):
    """What is posted."""

    title: str
    description: str | None = None


class Task(BaseModel):
    """What is answered."""

    id: int
    title: str
    description: str | None
    status: str
    priority: str
    due_date: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens a pool of the same size as ours."""
    app.state.user = int(os.environ["USER_ID"])
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """Answers when the pool is open."""
    return {"status": "alive"}


@app.get("/tasks/{task_id}")
async def read(request: Request, task_id: int) -> Task:
    """One select by key."""
    state = request.app.state
    sql = f"SELECT {COLUMNS} FROM tasks WHERE id = $1 AND user_id = $2"  # noqa: S608 - constants
    return Task(**await state.pool.fetchrow(sql, task_id, state.user))


@app.get("/tasks")
async def page(request: Request, limit: int = 50) -> list[Task]:
    """One select of a page."""
    state = request.app.state
    sql = f"SELECT {COLUMNS} FROM tasks WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2"  # noqa: S608 - constants
    return [Task(**row) for row in await state.pool.fetch(sql, state.user, limit)]


@app.post("/tasks", status_code=201)
async def create(request: Request, asked: NewTask) -> Task:
    """One insert."""
    state = request.app.state
    sql = f"INSERT INTO tasks (user_id, title, description) VALUES ($1, $2, $3) RETURNING {COLUMNS}"  # noqa: S608 - constants
    row: Any = await state.pool.fetchrow(sql, state.user, asked.title, asked.description)
    return Task(**row)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ["PORT"]), loop="uvloop", http="httptools", access_log=False)
