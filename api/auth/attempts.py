"""What may be tried with passwords: so many from one address, and so many at one account.

Whoever guesses from elsewhere uses up a budget that an address of earlier sign-ins does not need, so that
nobody locks an account's owner out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from api.addresses import caller_of
from api.auth.guessable import is_guessable
from api.errors import Problem
from api.gate_script import Question, ask
from api.rate_limit import Limit, counted, too_many
from api.redis_link import RedisUnavailableError

if TYPE_CHECKING:
    from fastapi import Request

    from api.services import Services

HOUR_S: Final = 3600


def signing_in(services: Services, request: Request) -> list[Limit]:
    """Returns the limits on sign-ins and registrations from one address."""
    return [Limit("login", services.settings.login_ip_limit, caller_of(request.scope))]


async def guessing(
    services: Services, request: Request, name: str, user: dict[str, Any] | None
) -> list[Limit]:
    """Returns the limits on guesses at one account, by whatever name it is called.

    Whoever guesses from elsewhere uses up a budget that an address of earlier sign-ins does not need.
    """
    settings, caller = services.settings, caller_of(request.scope)
    account = str(user["id"]) if user else f"nobody:{name.lower()}"
    limits = [Limit("account", settings.login_account_limit, f"{account} {caller}")]
    if user is None or not await services.sessions.remembers(user["id"], caller):
        limits.append(Limit("account-hour", settings.login_account_hour_limit, account, HOUR_S))
    return limits


async def admit(services: Services, limits: list[Limit]) -> None:
    """Counts against limits that only these routes have, locally if Redis is gone."""
    try:
        refused_by, wait_us, *_ = await ask(services.redis, Question(counted(limits)))
    except RedisUnavailableError:
        services.limiter.admit(limits)
        return
    if refused_by:
        refused = limits[refused_by - 1]
        services.metrics.limited.labels(refused.name).inc()
        await services.passwords.delay_refusal()
        raise too_many(refused, wait_us / 1e6)


def refuse_guessable(services: Services, password: str, *personal: str) -> None:
    """Refuses a new password that somebody would guess.

    Raises:
        Problem: 422, in the form of every fault of a body.
    """
    if is_guessable(password, *personal):
        services.metrics.limited.labels("guessable").inc()
        where = [
            {
                "where": ["body", "password"],
                "what": "a common word, a row, a repetition or your name",
            }
        ]
        raise Problem(
            422,
            "This password is too easy to guess: take words that nobody would put together.",
            errors=where,
        )
