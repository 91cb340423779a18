"""Composition root of the API: puts the parts together and starts nothing before the first request loop."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api import errors, probes
from api.auth.router import router as auth_router
from api.clock import Clock, wall_clock
from api.composition import compose
from api.database_errors import DatabaseUnavailableError
from api.docs_page.router import router as docs_router
from api.edge import Edge
from api.errors import Problem, unavailable
from api.gate import Gate
from api.health import Prober
from api.openapi import describe
from api.redis_link import RedisUnavailableError
from api.settings import Settings
from api.tasks.router import router as task_router
from api.users.router import router as user_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from api.services import Services


def create_app(settings: Settings | None = None, *, clock: Clock = wall_clock) -> FastAPI:
    """Returns the application; nothing is opened before its lifespan begins.

    Args:
        settings: None reads the environment.
        clock: seconds since 1970; tests bring their own.

    Raises:
        SettingsError: if the environment cannot run this API.
    """
    services = compose(settings or Settings.from_environment(), clock)
    app = FastAPI(
        title="Task manager",
        version="1.0.0",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        redirect_slashes=False,
        telemetry=services.telemetry.config,
    )
    app.state.services = services
    app.openapi = lambda: describe(app)  # type: ignore[method-assign] # FastAPI's documented way
    app.add_middleware(Gate, services=services)
    app.add_middleware(Edge, services=services)
    app.add_exception_handler(Problem, errors.on_problem)
    app.add_exception_handler(HTTPException, errors.on_http_exception)
    app.add_exception_handler(RequestValidationError, errors.on_invalid)
    app.add_exception_handler(DatabaseUnavailableError, _on_unavailable)
    app.add_exception_handler(RedisUnavailableError, _on_unavailable)
    for router in (task_router, auth_router, user_router, docs_router, probes.router):
        # Not `include_router`: its second round of matching costs a twentieth of a request.
        app.router.routes.extend(router.routes)
    return app


async def _on_unavailable(_request: Request, _error: Exception) -> Response:
    return unavailable("What this request needs does not answer at the moment.").response()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    async with AsyncExitStack() as stack:
        await services.database.start()
        stack.callback(services.telemetry.close)
        stack.callback(services.access_log.flush)
        stack.callback(services.passwords.close)
        stack.push_async_callback(services.redis.close)
        stack.push_async_callback(services.heavy.close)
        stack.push_async_callback(services.database.close)
        prober = Prober(services.health, services.database, services.redis)
        await prober.probe()
        for watch in (
            prober.watch(),
            services.health.mode.watch(),
            services.access_log.flush_forever(),
            services.credentials.watch(),
        ):
            stack.push_async_callback(_stop, asyncio.create_task(watch))
        yield


async def _stop(task: asyncio.Task[None]) -> None:
    # One cancellation can be lost where a library waits with a time limit (3.11's wait_for): ask again.
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
