"""A circuit breaker: after enough failures in a row nobody waits, until one caller has tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.clock import Clock


class Breaker:
    """Counts failures in a row; at `failures` of them it refuses for `rest_s`, then lets one caller try."""

    def __init__(self, *, failures: int, rest_s: float, clock: Clock) -> None:
        self._limit = failures
        self._rest_s = rest_s
        self._clock = clock
        self._failed = 0
        self._closed_again_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether callers are being refused; True while the one trial is under way as well."""
        return self._failed >= self._limit

    def allows(self) -> bool:
        """Returns whether the caller may try; after a rest that is one caller per rest."""
        if self._failed < self._limit:
            return True
        now = self._clock()
        if now < self._closed_again_at:
            return False
        self._closed_again_at = now + self._rest_s
        return True

    def succeeded(self) -> None:
        """Closes the circuit."""
        self._failed = 0

    def failed(self) -> None:
        """Counts a failure and opens the circuit at the limit."""
        self._failed += 1
        if self._failed >= self._limit:
            self._closed_again_at = self._clock() + self._rest_s
