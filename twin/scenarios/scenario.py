"""What a scenario is: a beginning, something arranged, and expectations that can fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import TYPE_CHECKING, Protocol

from twin.report.story import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from functions.adapters.control_table import ControlTable
    from twin.account import Account
    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.report.story import EnvironmentStory
    from twin.timeline import Timeline
    from twin.world.environment import Environment
    from twin.world.fleet import Fleet


MOST_QUOTED = 3
"""Faults of one expectation that a verdict quotes; the rest is counted."""


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

    def control_table(self, name: str) -> ControlTable:
        """Returns an environment's control table, as the command line reaches it."""

    @property
    def environments(self) -> Mapping[str, Environment]:
        """What is operated, by name."""

    @property
    def fleet(self) -> Fleet | None:
        """The clusters that a control plane operates beside its own; None without any."""


@dataclass(frozen=True, slots=True)
class MemberOutcome:
    """What became of one of a fleet's clusters.

    Attributes:
        before: Min, desired and max of its node group, and the replicas asked for, at the beginning.
        at_night: Ready nodes in the middle of the night.
        asleep: Whether its sleep had been verified by then.
        after: As `before`, at the end.
        snapshots: Capacity snapshots that are left at the end.
        failures: Runs that ended badly.
        aws: Requests to AWS for it, all night.
        kubernetes: Requests to its API, all night.
    """

    before: tuple[tuple[int, int, int], Mapping[str, int]]
    at_night: int
    asleep: bool
    after: tuple[tuple[int, int, int], Mapping[str, int]]
    snapshots: int
    failures: int
    aws: int
    kubernetes: int


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
class Outcome:
    """What an expectation may look at once the scenario's time is over.

    Attributes:
        before: Each environment's footprint at the beginning.
        after: The same at the end.
        fleet: What became of each cluster of a fleet, by name; empty without one.
    """

    begin: datetime
    end: datetime
    zone: str
    environments: Mapping[str, EnvironmentStory]
    before: Mapping[str, Footprint]
    after: Mapping[str, Footprint]
    timeline: Timeline
    fleet: Mapping[str, MemberOutcome] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """A sentence about the outcome, and the check that decides whether it held.

    Attributes:
        sentence: What is expected, in words that stand in the report.
        check: Yields the faults it found, each in words; none means that the expectation held.
        seen: Says in a few words what was seen when it held.
    """

    sentence: str
    check: Callable[[Outcome], Iterable[str]]
    seen: Callable[[Outcome], str] = lambda _outcome: ""

    def verdict(self, outcome: Outcome) -> Verdict:
        """Decides whether the expectation held; three faults at most are quoted."""
        faults = list(self.check(outcome))
        if not faults:
            return Verdict(self.sentence, held=True, seen=self.seen(outcome))
        more = f" (and {len(faults) - MOST_QUOTED} more)" if len(faults) > MOST_QUOTED else ""
        return Verdict(self.sentence, held=False, seen="; ".join(faults[:MOST_QUOTED]) + more)


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
        fleet: So many clusters that one control plane operates, the first environment's own among them; 0
            without a fleet.
        begins_at: Local time at which it begins; noon, so that a night lies whole inside.
        lasts: How long it lasts when nothing else is asked for; None for its days.
    """

    name: str
    title: str
    summary: str
    begin: date
    days: int
    arrange: Callable[[World], None]
    expectations: Sequence[Expectation]
    fleet: int = 0
    begins_at: time = time(12)
    lasts: timedelta | None = None

    def length(self, days: int | None) -> timedelta:
        """Returns how long it is played; `days` of None asks for its own length."""
        return self.lasts if self.lasts and days is None else timedelta(days=days or self.days)
