"""How a ladder is written down: looks in their order, each with the sources it needs and what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

from functions.remediation.policy.codes import Told, Verdict
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Rung
    from functions.remediation.policy.plan import Step
    from functions.remediation.policy.reasons import Reason
    from functions.remediation.policy.sources import Source

_T = TypeVar("_T")


class Stop(NamedTuple):
    """The ladder ends here without a rung: wait, page, do nothing, or hand on what is not its own."""

    verdict: Verdict
    reason: Reason
    told: Told = Told.NOBODY
    hands_on: bool = False


class Look(NamedTuple):
    """One look for a cause.

    Attributes:
        rung: The rung that fits the cause; None where the cause ends the ladder.
        sources: What has to be read for it. One that cannot be read closes this look and no other.
        find: Returns the step; why the rung is closed although the cause is there; the end of the ladder; or
            None when the cause is another.
    """

    rung: Rung | None
    sources: tuple[Source, ...]
    find: Callable[[Case], Step | Reason | Stop | None]


def read(found: _T | Unreadable) -> _T:
    """Returns what a source answered; a look names its sources, so that an unreadable one never gets here."""
    if isinstance(found, Unreadable):
        raise TypeError(f"a look did not name a source that is {found.unreadable}")
    return found


def page(reason: Reason) -> Stop:
    """Returns the end of a ladder that wakes a person, with the cause."""
    return Stop(Verdict.ESCALATE, reason, Told.ON_DUTY)
