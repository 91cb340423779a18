"""Where cached answers lie in Redis: all users together share a fixed number of places of a fixed size.

So what may be lost never crowds out the sessions that lie in the same Redis, whoever asks for what.
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

MAX_LIST_BYTES: Final = 65_536
MAX_TASK_BYTES: Final = 8_192
"""What is larger is not kept."""
LIST_PLACES_OF_USER: Final = 32
LIST_PLACES: Final = 2_048
TASK_PLACES: Final = 8_192
"""Places of one user's lists and of everybody's answers: 192 MiB of Redis at the very most, whoever asks for
what, and two of them for one user's lists. The smallest production node has 416 MiB for data."""
MARK_BYTES: Final = 64
"""What an entry begins with: its version, its name and a line's end are at most as long."""
LIGHT_BYTES: Final = 16_384
"""An entry up to this size comes with the answer to the gate's question; a longer one is fetched apart."""
TASK_SLASHES: Final = 3
"""/api/v1/tasks has as many; one task's path has more."""


class Place(NamedTuple):
    """Where the answer to one request of one user lies, and which of those that share it is this one's.

    Attributes:
        key: in Redis. All lists of a user share `LIST_PLACES` of them, so that no user fills the memory.
        name: what tells this request from others of the same key.
        most: bytes of the largest body that is kept.
    """

    key: str
    name: bytes
    most: int

    def mark(self, version: bytes) -> bytes:
        """Returns what an entry begins with if it is this request's, made under this version."""
        return version + b" " + self.name

    def owns(self, packed: bytes) -> bool:
        """Returns whether an entry, or its first bytes, is this request's, fresh or not."""
        mark, line_end, _ = packed.partition(b"\n")
        return bool(line_end) and mark.endswith(b" " + self.name)


def place_of(user_id: int, path: str, query: bytes) -> Place:
    """Returns where the answer to one request of one user lies.

    The key's first word changes with what `Answer.pack` writes: the previous release reads this Redis too.
    """
    digest = hashlib.blake2b(b"%d %b?%b" % (user_id, path.encode(), query), digest_size=16)
    name = digest.hexdigest().encode()
    number = int.from_bytes(digest.digest()[:4])
    if path.count("/") > TASK_SLASHES:
        return Place(f"answer3:task:{number % TASK_PLACES}", name, MAX_TASK_BYTES)
    own = hashlib.blake2b(b"%d %d" % (user_id, number % LIST_PLACES_OF_USER), digest_size=4)
    return Place(f"answer3:list:{int.from_bytes(own.digest()) % LIST_PLACES}", name, MAX_LIST_BYTES)
