"""An execution whose steps take time, die of it, are killed between two effects, or run twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.fakes.step_functions import Walk

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fuzz.playing import Player

TIMEOUT = {"DrainNodes": timedelta(seconds=120)}
"""Time-outs of the functions, as templates/night_scaling.yaml has them."""
USUAL_TIMEOUT = timedelta(seconds=60)
PAUSES = (5, 10, 20, 40)
"""Seconds between the attempts at a step that died, as statemachines/source/_shared.yaml has them."""


class StepKilled(BaseException):
    """A function died between two effects, of its time-out or otherwise; the machine tries again."""


class ExecutionKilled(BaseException):
    """The execution ended: it timed out, or somebody stopped it."""


class Night(Walk):
    """An execution in a land."""

    def __init__(self, capability: str, player: Player, *, now: datetime, name: str) -> None:
        super().__init__(capability, player.watched, now=now, name=f"{name}{player.suffix}")
        self.player = player
        self.elapsed = timedelta(0)

    @property
    def moment(self) -> datetime:
        """When it is within the step: the step itself knows only when it began."""
        return self.now + self.elapsed

    def takes(self, seconds: int) -> None:
        """Lets a call take its time; a function that is too slow dies of it."""
        self.elapsed += timedelta(seconds=seconds)
        if self.elapsed > TIMEOUT.get(self.path[-1], USUAL_TIMEOUT):
            raise StepKilled

    def _task(self, state: dict[str, Any], data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        self.player.before_step(self)
        for pause in (*PAUSES, None):
            self.elapsed = timedelta(0)
            try:
                answered = super()._task(state, data)
                if self.player.runs_twice():
                    # Its answer was lost, and the machine asks again.
                    self.elapsed = timedelta(0)
                    answered = super()._task(state, data)
            except StepKilled:
                self.now += self.elapsed
                if pause is None:
                    return self._caught(state, data, "Sandbox.Timedout", "the function timed out")
                self.now += timedelta(seconds=pause)
            else:
                self.now += self.elapsed
                return answered
        raise AssertionError("the last attempt returns")
