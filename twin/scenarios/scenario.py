"""What a scenario is: a beginning, something arranged, and expectations that can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from twin.report.story import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from twin.account import Account
    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.report.story import EnvironmentStory
    from twin.timeline import Timeline
    from twin.world.environment import Environment


class World(Protocol):
    """What a scenario may arrange before time runs."""

    @property
    def clock(self) -> Clock:
        """The twin's time, to set things that happen later."""

    @property
    def api_calls(self) -> ApiCalls:
        """The hook of every AWS call, to break some on purpose."""

    @property
    def account(self) -> Account:
        """The simulated account, to do in it what a person does."""

    @property
    def environments(self) -> Mapping[str, Environment]:
        """What is operated, by name."""


@dataclass(frozen=True, slots=True)
class Footprint:
    """The sizes that night_scaling may change, so that before and after can be compared whole.

    Attributes:
        nodegroups: Name of each node group to its min, desired and max.
        replicas: `namespace/kind/name` of each workload to the replicas asked for.
        database: Status of the database; None when the environment has none.
        snapshots: Capacity snapshots in the control table; none while awake.
        locks: Leases that somebody holds.
    """

    nodegroups: Mapping[str, tuple[int, int, int]]
    replicas: Mapping[str, int]
    database: str | None
    snapshots: int
    locks: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What an expectation may look at once the scenario's time is over.

    Attributes:
        before: Each environment's footprint at the beginning.
        after: The same at the end.
    """

    begin: datetime
    end: datetime
    zone: str
    environments: Mapping[str, EnvironmentStory]
    before: Mapping[str, Footprint]
    after: Mapping[str, Footprint]
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class Expectation:
    """A sentence about the outcome, and the check that decides whether it held.

    Attributes:
        sentence: What is expected, in words that stand in the report.
        check: Gives the faults it found, each in words; none means that the expectation held.
        seen: Says in a few words what was seen when it held.
    """

    sentence: str
    check: Callable[[Seen], Iterable[str]]
    seen: Callable[[Seen], str] = lambda _seen: ""

    def verdict(self, seen: Seen) -> Verdict:
        """Decides whether the expectation held; three faults at most are quoted."""
        faults = list(self.check(seen))
        if not faults:
            return Verdict(self.sentence, held=True, seen=self.seen(seen))
        more = f" (and {len(faults) - 3} more)" if len(faults) > 3 else ""  # noqa: PLR2004 -- three are quoted
        return Verdict(self.sentence, held=False, seen="; ".join(faults[:3]) + more)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story that the twin can play.

    Attributes:
        name: What `toban twin run` calls it.
        title: The report's headline.
        summary: What happens, in a sentence or two.
        begin: The local date on which it begins, at noon, when none is asked for.
        days: How long it lasts when nothing else is asked for.
        arrange: Prepares the world, for instance sets a fault to come; called before time runs.
        expectations: What must have come of it.
    """

    name: str
    title: str
    summary: str
    begin: date
    days: int
    arrange: Callable[[World], None]
    expectations: Sequence[Expectation]
