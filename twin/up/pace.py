"""How virtual time goes on while the twin stands: at a speed, and in jumps that somebody waits for.

The real clock is asked for spans only (`time.monotonic`, which the virtual time leaves alone); what happens
at which virtual instant does not depend on it.
"""

from __future__ import annotations

from concurrent.futures import Future
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from twin.errors import TwinFault
from twin.up.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL_SPEED = 60.0
"""A virtual minute a second: a person sees nodes come and go, and an hour takes a minute."""

FASTEST = 6_000.0
"""A virtual day in a quarter of a minute; two cores cannot do much more."""

SLICE = timedelta(minutes=10)
"""The most that is run without a look at who asks; it takes some hundredths of a real second."""


class Pace:
    """Runs a world's time on, a slice at a time.

    Args:
        now: Tells the virtual time.
        run_until: Lets virtual time run.
        speed: Virtual seconds for each real second; 0 stands still.

    Attributes:
        fault: What broke in the twin, in a sentence; time stands still then, until somebody lets it go on.
    """

    def __init__(
        self, now: Callable[[], datetime], run_until: Callable[[datetime], None], speed: float
    ) -> None:
        self._now, self._run_until = now, run_until
        self._speed = checked_speed(speed)
        self._looked = monotonic()
        self._arrivals: list[tuple[datetime, Future[datetime]]] = []
        self.fault: str | None = None

    @property
    def speed(self) -> float:
        """Virtual seconds for each real second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._speed, self.fault = checked_speed(speed), None
        self._looked = monotonic()

    @property
    def goal(self) -> datetime | None:
        """Where it is jumping to; None when it is not."""
        return max((when for when, _ in self._arrivals), default=None)

    def jump(self, when: datetime) -> Future[datetime]:
        """Runs to `when` as fast as it goes; the result is the time at which it arrived."""
        self.fault = None
        arrival: Future[datetime] = Future()
        self._arrivals.append((when, arrival))
        return arrival

    def step(self) -> None:
        """Lets as much time pass as is due since the last step, or a slice of a jump."""
        looked, self._looked = self._looked, monotonic()
        span = timedelta(seconds=(self._looked - looked) * self._speed)
        goal = self.goal
        begun = self._now()
        until = min(begun + SLICE, begun + span if goal is None else goal)
        try:
            self._run_until(max(until, begun))
        except TwinFault as fault:
            self.fault, self._speed = str(fault), 0.0
            self._end(lambda _when: True, Refusal(f"The twin broke on the way: {fault}", 500))
        self._end(lambda when: when <= self._now(), None)

    def close(self) -> None:
        """Ends the jumps where they are."""
        self._end(lambda _when: True, Refusal("The twin is stopping.", 503))

    def _end(self, chosen: Callable[[datetime], bool], refusal: Refusal | None) -> None:
        for when, arrival in list(self._arrivals):
            if chosen(when):
                self._arrivals.remove((when, arrival))
                if refusal is None:
                    arrival.set_result(self._now())
                else:
                    arrival.set_exception(refusal)


def checked_speed(speed: float) -> float:
    """Returns the speed as it was given.

    Raises:
        Refusal: It is negative, too fast, or no number.
    """
    if not 0 <= speed <= FASTEST:
        raise Refusal(f"{speed:g} is no speed: it lies between 0, which stands still, and {FASTEST:,.0f}.")
    return float(speed)
