"""Where cached answers lie in Redis: all users together share a fixed number of places of a fixed size.

So what may be lost never crowds out the sessions that lie in the same Redis, whoever asks for what. An answer
may lie in one of several places and takes one that is free: two that share a place need not push each other
out for ever.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final, NamedTuple

LIST_BYTES: Final = 65_536 - 64
TASK_BYTES: Final = 2_048 - 64
LONG_TASK_BYTES: Final = 8_192 - 64
"""What is larger is not kept. With what Redis adds, each fills one of the blocks that its memory comes in."""
LIST_PLACES_OF_USER: Final = 32
LIST_PLACES: Final = 2_048
TASK_PLACES: Final = 24_576
LONG_TASK_PLACES: Final = 1_280
"""Places of one user's lists and of everybody's answers: 192 MiB of Redis at the very most, keys included,
whoever asks for what, and two of them for one user's lists. The smallest production node has 416 MiB for
data."""
MARK_BYTES: Final = 64
"""What an entry begins with: its version, its name and a line's end are at most as long."""
LIGHT_BYTES: Final = 16_384
"""An entry up to this size comes with the answer to the gate's question; a longer one is fetched apart."""
TASK_SLASHES: Final = 3
"""/api/v1/tasks has as many; one task's path has more."""


class Place(NamedTuple):
    """Where the answer to one request of one user may lie, and which of those that share it is this one's.

    Attributes:
        keys: in Redis. All lists of a user share `LIST_PLACES_OF_USER` of them: no user fills the memory.
        sizes: bytes of the largest entry that each of them takes.
        name: what tells this request from others of the same key.
    """

    keys: tuple[str, ...]
    sizes: tuple[int, ...]
    name: bytes

    def mark(self, version: bytes) -> bytes:
        """Returns what an entry begins with if it is this request's, made under this version."""
        return version + b" " + self.name

    def owns(self, packed: bytes) -> bool:
        """Returns whether an entry, or its first bytes, is this request's, fresh or not."""
        mark, line_end, _ = packed.partition(b"\n")
        return bool(line_end) and mark.endswith(b" " + self.name)

    def key_for(self, size: int, ways: bytes) -> str | None:
        """Returns the first key that takes an entry of `size` bytes, None if none does.

        Args:
            size: bytes of the whole entry.
            ways: numbers of keys, from "1", as digits; the one to take first stands first.
        """
        for digit in ways:
            number = digit - ord("1")
            if size <= self.sizes[number]:
                return self.keys[number]
        return None


def place_of(user_id: int, path: str, query: bytes) -> Place:
    """Returns where the answer to one request of one user lies.

    The key's first word changes with what `Answer.pack` writes: the previous release reads this Redis too.
    """
    digest = hashlib.blake2b(b"%d %b?%b" % (user_id, path.encode(), query), digest_size=16)
    name = digest.hexdigest().encode()
    numbers = digest.digest()
    one, other = int.from_bytes(numbers[:4]), int.from_bytes(numbers[4:8])
    if path.count("/") > TASK_SLASHES:
        long = int.from_bytes(numbers[8:12]) % LONG_TASK_PLACES
        keys = (
            f"answer4:task:{one % TASK_PLACES}",
            f"answer4:task:{other % TASK_PLACES}",
            f"answer4:long:{long}",
        )
        return Place(keys, _TASK_SIZES, name)
    return Place(
        (_list_key(user_id, one % LIST_PLACES_OF_USER), _list_key(user_id, other % LIST_PLACES_OF_USER)),
        _LIST_SIZES,
        name,
    )


_TASK_SIZES: Final = (TASK_BYTES, TASK_BYTES, LONG_TASK_BYTES)
_LIST_SIZES: Final = (LIST_BYTES, LIST_BYTES)


@lru_cache(maxsize=4096)
def _list_key(user_id: int, number: int) -> str:
    digest = hashlib.blake2b(b"%d %d" % (user_id, number), digest_size=4).digest()
    return f"answer4:list:{int.from_bytes(digest) % LIST_PLACES}"
