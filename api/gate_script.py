"""The question that a request puts to Redis; nobody else knows in which order `gate.lua` takes its words."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from api.answer_places import LIGHT_BYTES, MARK_BYTES, Place
from api.redis_link import RedisLink, Script

if TYPE_CHECKING:
    from api.rate_limit import Counted

_SOURCE: Final = (Path(__file__).parent / "gate.lua").read_text(encoding="utf-8")
SCRIPT: Final = Script(
    _SOURCE.replace("LIGHT_BYTES", str(LIGHT_BYTES)).replace("MARK_BYTES", str(MARK_BYTES))
)
NOWHERE: Final = Place((), (), b"")
"""Of an answer that may not be cached."""


class Question(NamedTuple):
    """What a request needs to know.

    Attributes:
        counted: what it is counted against.
        session: the key of the session that must live; "" asks for none.
        version: the key of the user's cache version; "" asks for none.
        place: where the answer may lie.
    """

    counted: Counted
    session: str = ""
    version: str = ""
    place: Place = NOWHERE

    def keys(self) -> tuple[str, ...]:
        """Returns the script's KEYS."""
        return (self.session, self.version, *self.place.keys, *self.counted.keys)

    def arguments(self) -> tuple[Any, ...]:
        """Returns the script's ARGV; among them a version that nobody had before."""
        return (
            "1" if self.session else "0",
            f"{random.getrandbits(64):x}",
            self.place.name,
            len(self.place.keys),
            *self.counted.arguments,
        )


async def ask(redis: RedisLink, question: Question) -> list[Any]:
    """Returns what `gate.lua` says it answers.

    Raises:
        RedisUnavailableError: Redis cannot be asked.
    """
    answer: list[Any] = await redis.run(SCRIPT, question.keys(), question.arguments())
    return answer
