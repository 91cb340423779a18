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
from api.tasks.quotas import KEYS, TASKS, Quota
from api.tasks.search_budget import SearchBudget
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
    heavy = RedisLink(
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

    async def rotate_redis(url: str) -> None:
        await redis.rotate_to(url)
        await heavy.rotate_to(url)

    return Services(
        settings=settings,
        clock=clock,
        credentials=Credentials(
            settings,
            {"database_url": database.pool.rotate_to, "redis_url": rotate_redis, "jwt_keys": rotate_keys},
        ),
        database=database,
        redis=redis,
        heavy=heavy,
        health=Health(ModeSwitch(settings.mode_file)),
        metrics=metrics,
        access_log=AccessLog(clock, enabled=settings.log_level in {"DEBUG", "INFO"}),
        limiter=LocalLimiter(steady_clock),
        cache=ResponseCache(redis, heavy, life_s=settings.cache_s),
        tokens=tokens,
        sessions=Sessions(redis, settings, steady_clock),
        passwords=Passwords(settings),
        cursors=cursors,
        searches=SearchBudget(settings, clock=steady_clock, on_refusal=metrics.limited.labels("search").inc),
        tasks_quota=_tasks_quota(settings, metrics),
        keys_quota=_keys_quota(settings, metrics),
        telemetry=Telemetry(settings),
    )


def _tasks_quota(settings: Settings, metrics: Metrics) -> Quota:
    return Quota(
        TASKS,
        rows=settings.user_tasks,
        size=settings.user_bytes,
        refusal="Your account holds as many tasks, or as long ones, as it may: delete some.",
        clock=steady_clock,
        on_refusal=metrics.limited.labels("tasks").inc,
    )


def _keys_quota(settings: Settings, metrics: Metrics) -> Quota:
    return Quota(
        KEYS,
        rows=settings.user_keys,
        size=settings.user_key_bytes,
        refusal="Your account used as many Idempotency-Keys as it may in a day: write without one.",
        clock=steady_clock,
        on_refusal=metrics.limited.labels("keys").inc,
    )
