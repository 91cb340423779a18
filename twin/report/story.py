"""What a report tells: plain records that the page draws, gathered from a world after its run."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin.timeline import Entry


@dataclass(frozen=True, slots=True)
class Series:
    """A quantity over time that keeps its value until the next point.

    Attributes:
        label: What is counted, with its unit: `ready nodes`.
        points: Instants (aware, UTC, rising) and the value from then on.
    """

    label: str
    points: tuple[tuple[datetime, float], ...]

    def at(self, instant: datetime) -> float:
        """Returns the value in force at `instant`; the first value for instants before the first point."""
        value = self.points[0][1]
        for when, number in self.points:
            if when > instant:
                break
            value = number
        return value

    def hours_below(self, level: float, begin: datetime, end: datetime) -> float:
        """Sums (level - value) over the hours from `begin` to `end` in which the value lies below `level`."""
        edges = [begin, *(when for when, _ in self.points if begin < when < end), end]
        total = 0.0
        for left, right in itertools.pairwise(edges):
            missing = level - self.at(left)
            if missing > 0:
                total += missing * ((right - left) / timedelta(hours=1))
        return total


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of time in which the schedule asks for one mode."""

    begin: datetime
    end: datetime
    mode: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One state of a machine's run: when it was entered and left, and what it answered."""

    name: str
    entered: datetime
    left: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a machine that changed something, or failed.

    Attributes:
        name: The execution's name.
        environment: Whose machine it was.
        cause: What started it: the schedule's or the event's name.
        status: Step Functions' own word: `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED` or `RUNNING`.
        reason: Why the policy decided so, in words.
    """

    name: str
    environment: str
    cause: str
    begun: datetime
    ended: datetime | None
    status: str
    reason: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Savings:
    """Money not spent, from observed node counts.

    Attributes:
        node_hours: Hours of nodes that did not run, summed over nodes.
        dollars: Those hours times the price.
        full_dollars: What the nodes would have cost had they run throughout.
        prices: For each kind of node its US dollars an hour, where they were read, and when.
    """

    node_hours: float
    dollars: float
    full_dollars: float
    prices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentStory:
    """One environment's week: planned bands, observed series, runs and money."""

    name: str
    cluster: str
    bands: tuple[Band, ...]
    nodes: Series
    pods: Series
    runs: tuple[Run, ...]
    quiet_runs: int
    savings: Savings


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an expectation of the scenario held, with what was seen."""

    sentence: str
    held: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything a report shows.

    Attributes:
        zone: IANA name of the zone in which times are shown.
        figures: Short facts for the head of the page: name and value.
        entries: The timeline, whole.
    """

    title: str
    summary: str
    begin: datetime
    end: datetime
    zone: str
    environments: tuple[EnvironmentStory, ...]
    verdicts: tuple[Verdict, ...]
    figures: tuple[tuple[str, str], ...] = ()
    entries: Sequence[Entry] = field(default_factory=tuple)
