"""The same API behind Lambda: answers while the cluster is being rebuilt.

Lambda freezes the process between two requests, so nothing here runs in the background: PostgreSQL is looked
at before each request, the cache and the access log are written before the answer leaves.

The event loop is this module's own and is never made the thread's current one. Mangum as it is asks for the
current one, which exists only until somebody in the process calls `asyncio.run`, and not at all from Python
3.14 on; here Mangum translates events and answers, and our loop runs the application.
"""

from __future__ import annotations

import asyncio
import logging
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mangum import Mangum
from mangum.protocols import HTTPCycle

from api.health import Prober
from api.logs import configure
from api.main import create_app
from api.settings import Settings

if TYPE_CHECKING:
    from api.services import Services


NO_PORT: Final = 0
"""No request comes by it."""


class WarmApplication:
    """One started application, kept for as long as Lambda keeps the process."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # Everybody may call this door: what the cluster asks (/ready, /metrics) is behind none here.
        self._app = create_app(Settings.from_environment().model_copy(update={"probe_port": NO_PORT}))
        self._services: Services = self._app.state.services
        self._prober = Prober(self._services.health, self._services.database, self._services.redis)
        configure(self._services.settings.log_level)
        logging.getLogger("mangum").setLevel(logging.WARNING)  # our access log has its line for each request
        self._mangum = self._loop.run_until_complete(self._start())

    def answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answers one request and leaves nothing under way."""
        try:
            return self._loop.run_until_complete(self._answer(event, context))
        finally:
            self._services.access_log.flush()

    def close(self) -> None:
        """Closes everything; Lambda never asks for it, tests do."""
        self._loop.run_until_complete(self._services.redis.close())
        self._loop.run_until_complete(self._services.heavy.close())
        self._loop.run_until_complete(self._services.database.close())
        self._services.passwords.close()
        self._loop.close()

    async def _start(self) -> Mangum:
        await self._services.database.start()
        return Mangum(self._app, lifespan="off")  # inside the loop, so that Mangum makes none of its own

    async def _answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        await self._prober.probe()
        self._services.health.mode.reload()
        request = self._mangum.infer(event, context)
        scope = request.scope
        # A load balancer puts the address that it saw behind whatever the caller said before it.
        address, port = scope["client"]
        scope["client"] = (address.rpartition(",")[2].strip(), port)
        cycle = HTTPCycle(scope, request.body)
        await cycle.run(self._app)
        await self._services.cache.wait_until_stored()
        return request({"status": cycle.status, "headers": cycle.headers, "body": cycle.body})


@cache
def warm() -> WarmApplication:
    """Returns the application, started at the first request and kept for the next ones."""
    return WarmApplication()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers one request of API Gateway, a function URL or a load balancer."""
    return warm().answer(event, context)
