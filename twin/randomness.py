"""Chance that repeats: everything random in the twin comes from one seed.

Identifiers of moto and of Python's `uuid` (handlers' own among them), and the jitter of retries. Real random
numbers come back when it is closed.
"""

from __future__ import annotations

import os
import random
import uuid
from types import SimpleNamespace

from moto.core import base_backend
from moto.moto_api._internal import mock_random

from twin.patches import Patches

_UNSEEN = random.SystemRandom()


class Randomness:
    """Seeds the process; `close` gives it its own chance back."""

    def __init__(self, seed: int) -> None:
        self._patches = Patches()
        self._state = random.getstate()
        self.numbers = random.Random(seed)  # noqa: S311 - a simulation
        random.seed(seed)
        mock_random.seed(seed)
        # uuid4 is `os.urandom` of its module; there it can be replaced for whoever imported the function.
        seeded = SimpleNamespace(**{**vars(os), "urandom": self.numbers.randbytes})
        self._patches.set(uuid, "os", seeded)
        # A moto service names itself when it is first imported, early or late; nobody sees the name.
        self._patches.set(base_backend, "uuid4", lambda: uuid.UUID(int=_UNSEEN.getrandbits(128), version=4))

    def close(self) -> None:
        """Ends the repetition."""
        self._patches.close()
        random.setstate(self._state)
        mock_random.seed()
