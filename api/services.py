"""What a request may use, made once per process and handed to the routes through the application's state."""

from __future__ import annotations

# ruff: noqa: TC001, TC002 - imported for real: what a process is made of must have no circle to hide
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from api.access_log import AccessLog
from api.auth.passwords import Passwords
from api.auth.sessions import Sessions
from api.auth.tokens import Tokens
from api.cache import ResponseCache
from api.clock import Clock
from api.credentials import Credentials
from api.database import Database
from api.health import Health
from api.metrics import Metrics
from api.rate_limit import LocalLimiter
from api.redis_link import RedisLink
from api.settings import Settings
from api.tasks.cursor import Cursors
from api.tasks.quotas import Quota
from api.tasks.search_budget import SearchBudget
from api.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Services:
    """The composition of one process; `heavy` is a second line to Redis, for long answers alone."""

    settings: Settings
    clock: Clock
    credentials: Credentials
    database: Database
    redis: RedisLink
    heavy: RedisLink
    health: Health
    metrics: Metrics
    access_log: AccessLog
    limiter: LocalLimiter
    cache: ResponseCache
    tokens: Tokens
    sessions: Sessions
    passwords: Passwords
    cursors: Cursors
    searches: SearchBudget
    tasks_quota: Quota
    keys_quota: Quota
    telemetry: Telemetry


def services_of(request: HTTPConnection) -> Services:
    """Returns the services of the application that serves this request."""
    services: Services = request.app.state.services
    return services
