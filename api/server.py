"""uvicorn with an orderly end: unready first, then serving on, then no new connections, then the pools.

A load balancer needs time to notice that a replica is going. Stopping to listen at once, as a plain server
does on SIGTERM, turns that time into refused connections.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import TYPE_CHECKING

import structlog
import uvicorn

from api.connections import bounded
from api.main import create_app

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from api.services import Services
    from api.settings import Settings

log = structlog.get_logger(__name__)


class DrainingServer(uvicorn.Server):
    """Answers the first SIGTERM or SIGINT by draining, the second by stopping at once."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services
        self._draining: asyncio.Task[None] | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Starts the drain, or ends the process's work if it is draining already."""
        if self._services.health.draining or self._services.settings.drain_s == 0 or not self.started:
            super().handle_exit(sig, frame)
            return
        self._services.health.draining = True
        log.info("draining", signal=signal.Signals(sig).name, seconds=self._services.settings.drain_s)
        loop = asyncio.get_running_loop()
        loop.call_later(self._services.settings.drain_s, super().handle_exit, sig, frame)


def serve(settings: Settings, *, around: Callable[[ASGIApp], ASGIApp] = lambda api: api) -> None:
    """Serves until a signal ends it.

    Args:
        settings: where and how.
        around: returns what is served instead of the API: something with the API inside.
    """
    app: FastAPI = create_app(settings)
    config = uvicorn.Config(
        around(app),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=bounded(settings, app.state.services.metrics.connections_refused),
        ws="none",  # an upgrade is none: it is answered as the request that it also is
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=settings.keep_alive_s,
        timeout_graceful_shutdown=settings.shutdown_s,
        backlog=2048,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
    )
    doors = [config.bind_socket()]
    if settings.probe_port is not None:
        doors.append(_door(settings.host, settings.probe_port))
    DrainingServer(config, app.state.services).run(doors)


def _door(host: str, port: int) -> socket.socket:
    """Returns a second listening socket; `api.edge` tells by its port what is asked there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)
