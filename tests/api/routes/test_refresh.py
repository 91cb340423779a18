"""A session is renewed: doubled by its owner it lives on, doubled by a thief it ends."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import pytest

from api.auth.sessions import GONE, REUSED, Sessions
from api.auth.tokens import Claims
from api.main import create_app
from api.redis_link import RedisLink
from tests.api.routes.conftest import Person, serving, sign_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import httpx

    from api.settings import Settings

GRACE_S = 20.0
RENEW = "/api/v1/auth/refresh"


@dataclass
class Watch:
    """A clock that a test moves."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def someone(settings_for: Callable[..., Settings], watch: Watch) -> AsyncIterator[Person]:
    async with serving(create_app(settings_for(), clock=watch)) as client:
        yield await sign_in(client)


async def renewed(someone: Person, token: str) -> httpx.Response:
    return await someone.client.post(RENEW, json={"refresh_token": token})


async def alive(someone: Person) -> bool:
    answer = await someone.ask("GET", "/api/v1/users/me")
    return answer.status_code == 200


async def test_a_refresh_token_that_comes_again_after_the_grace_ends_the_session(
    someone: Person, watch: Watch
) -> None:
    first = someone.tokens["refresh_token"]

    owner = await renewed(someone, first)
    watch.now += GRACE_S + 1
    thief = await renewed(someone, first)
    after = await renewed(someone, owner.json()["refresh_token"])

    assert (owner.status_code, thief.status_code, after.status_code) == (200, 401, 401)
    assert not await alive(someone)


async def test_a_renewal_sent_twice_within_seconds_gets_two_good_pairs(someone: Person) -> None:
    first = someone.tokens["refresh_token"]

    one, two = await renewed(someone, first), await renewed(someone, first)
    someone.tokens = two.json()

    assert (one.status_code, two.status_code) == (200, 200)
    assert one.json()["refresh_token"] != two.json()["refresh_token"]
    assert await alive(someone)


async def test_of_two_who_hold_one_session_the_second_to_renew_later_ends_it(
    someone: Person, watch: Watch
) -> None:
    first = someone.tokens["refresh_token"]
    owner, thief = (await renewed(someone, first)).json(), (await renewed(someone, first)).json()
    watch.now += 600

    went_on = await renewed(someone, owner["refresh_token"])
    caught = await renewed(someone, thief["refresh_token"])

    assert (went_on.status_code, caught.status_code) == (200, 401)
    someone.tokens = went_on.json()
    assert not await alive(someone)


async def test_a_grace_of_zero_seconds_is_none(settings_for: Callable[..., Settings]) -> None:
    watch = Watch()
    async with serving(create_app(settings_for(refresh_grace_s=0), clock=watch)) as client:
        someone = await sign_in(client)
        first = someone.tokens["refresh_token"]
        one = await renewed(someone, first)
        watch.now += 0.01
        two = await renewed(someone, first)

    assert (one.status_code, two.status_code) == (200, 401)


async def test_two_tabs_that_share_a_cookie_renew_a_hundred_times_and_are_never_signed_out(
    someone: Person, watch: Watch
) -> None:
    """Each tab sends what the jar holds when it starts; the jar keeps whichever answer came last."""
    jar = {"token": someone.tokens["refresh_token"]}
    codes: list[int] = []

    async def tab() -> None:
        answer = await renewed(someone, jar["token"])
        codes.append(answer.status_code)
        if answer.status_code == 200:
            jar["token"] = answer.json()["refresh_token"]

    for _ in range(100):
        await asyncio.gather(tab(), tab())
        watch.now += 900

    assert codes == [200] * 200


async def test_ten_tabs_restored_at_once_are_not_signed_out_whatever_overtakes_what(someone: Person) -> None:
    jar = {"token": someone.tokens["refresh_token"]}
    codes: list[int] = []

    async def tab(late: int) -> None:
        token = jar["token"]
        for _ in range(late % 4):
            await asyncio.sleep(0)  # what was read from the jar is sent later than by others
        answer = await renewed(someone, token)
        codes.append(answer.status_code)
        jar["token"] = answer.json().get("refresh_token", "")

    async def restored(number: int) -> None:
        for turn in range(3):
            await tab(number + turn)

    await asyncio.gather(*(restored(number) for number in range(10)))

    assert codes == [200] * 30


@dataclass
class Holders:
    """An owner and a thief of one session, and what each renewal came to."""

    sessions: Sessions
    session: str
    now: float
    owners: list[Claims]
    thiefs: list[Claims] = field(default_factory=list)
    first_use: dict[str, float] = field(default_factory=dict)
    successes: str = ""

    async def renew(self, who: str, claims: Claims) -> bool:
        """Renews for one of the two; returns False if the session has ended."""
        before = self.first_use.setdefault(claims.token, self.now)
        generation = await self.sessions.renew(claims, now=self.now)
        if generation in {GONE, REUSED}:
            return False
        assert self.now - before <= GRACE_S, "a token was taken later than its grace after its first use"
        if self.thiefs:
            self.successes += who
        following = Claims(1, self.session, generation, 0.0, f"{len(self.first_use):08x}", self.now)
        (self.owners if who == "O" else self.thiefs).append(following)
        return True


_PACES = (0, 1, 10, 19, 20, 21, 30, 45, 900)


async def test_a_thief_is_out_with_the_owners_second_renewal_at_the_latest(
    settings_for: Callable[..., Settings],
) -> None:
    """The owner renews at most every 41 s, twice the grace; the thief tries whatever it has, at any time.

    Stolen after its use, a token is worth one renewal, within the grace; before it, as much as without any.
    """
    configured = settings_for()
    redis = RedisLink(configured.redis_url.get_secret_value(), timeout_s=20, on_failure=lambda: None)
    sessions, random = Sessions(redis, configured), Random(80)  # noqa: S311 - a play, no secret
    try:
        for _ in range(400):
            await _play(sessions, random)
    finally:
        await redis.close()


async def _play(sessions: Sessions, random: Random) -> None:
    began = 1_800_000_000.0
    session = await sessions.open(1, device="", ip="", now=began)
    holders = Holders(sessions, session, began, [Claims(1, session, 0, 0.0, "f" * 16, began)])
    theft = random.randrange(5)
    for number in range(random.randint(4, 25)):
        holders.now += random.choice(_PACES)
        if number == theft:
            holders.thiefs = list(holders.owners)  # the newest one, and all that were used before
        lives = True
        if random.randrange(3) == 0:
            holders.now = max(holders.now, holders.owners[-1].issued + 2 * GRACE_S + 1)
            lives = await holders.renew("O", holders.owners[-1])
        elif holders.thiefs:
            lives = await holders.renew("T", random.choice(holders.thiefs))
        if not lives:
            assert await sessions.renew(holders.owners[-1], now=holders.now) == GONE
            break
    turns = "".join(who for who, _ in itertools.groupby(holders.successes.lstrip("O")))
    assert not turns.startswith("TOTOT"), holders.successes
    await sessions.end_all(1)
