"""Makes the parts of one process from its settings; opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.access_log import AccessLog
from api.auth.passwords import Passwords
from api.auth.sessions import Sessions
from api.auth.tokens import Tokens
from api.cache import ResponseCache
from api.clock import Clock, steady_clock
from api.credentials import Credentials
from api.database import Database
from api.health import Health
from api.metrics import Metrics
from api.mode import ModeSwitch
from api.rate_limit import LocalLimiter
from api.redis_link import RedisLink
from api.services import Services
from api.tasks.cursor import Cursors
from api.telemetry import Telemetry
from api.weak_secrets import signing_keys

if TYPE_CHECKING:
    from api.settings import Settings


def compose(settings: Settings, clock: Clock) -> Services:
    """Returns the parts of one process, put together; nothing is opened."""
    metrics = Metrics()
    redis = RedisLink(
        settings.redis_url.get_secret_value(),
        timeout_s=settings.redis_s,
        on_failure=metrics.redis_failures.inc,
    )
    database = Database(settings)
    tokens = Tokens(
        settings.keys, access_s=settings.access_token_s, refresh_s=settings.refresh_token_s, clock=clock
    )
    cursors = Cursors(settings.keys)

    async def rotate_keys(text: str) -> None:
        keys = signing_keys(text)
        tokens.rotate_to(keys)
        cursors.rotate_to(keys)

    return Services(
        settings=settings,
        clock=clock,
        credentials=Credentials(
            settings,
            {"database_url": database.pool.rotate_to, "redis_url": redis.rotate_to, "jwt_keys": rotate_keys},
        ),
        database=database,
        redis=redis,
        health=Health(ModeSwitch(settings.mode_file)),
        metrics=metrics,
        access_log=AccessLog(clock, enabled=settings.log_level in {"DEBUG", "INFO"}),
        limiter=LocalLimiter(steady_clock),
        cache=ResponseCache(redis, life_s=settings.cache_s),
        tokens=tokens,
        sessions=Sessions(redis, settings),
        passwords=Passwords(settings),
        cursors=cursors,
        telemetry=Telemetry(settings),
    )
