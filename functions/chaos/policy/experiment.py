"""What an experiment document says, as values."""

from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.chaos.policy.catalogue import Fault
from functions.core.time_windows import WeeklyWindow


class Measure(NamedTuple):
    """One number of a hypothesis: at most, or at least, so much.

    Attributes:
        name: `error_percent`, `p95_ms` or `ready_pods`.
        bound: The number.
        at_least: Whether it is the lowest that is good; else it is the highest.
    """

    name: str
    bound: float
    at_least: bool

    def holds(self, value: float) -> bool:
        """Whether a measured value is within the bound, which is good itself."""
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        """Reads as `error_percent at most 1`."""
        return f"{self.name} {'at least' if self.at_least else 'at most'} {self.bound:g}"


class Target(NamedTuple):
    """What is experimented on; what a fault does not need is empty."""

    namespace: str = ""
    workload: str = ""
    nodegroup: str = ""
    zone: str = ""
    database: str = ""
    cache: str = ""

    def __str__(self) -> str:
        """Reads as `namespace app, workload Deployment/api`."""
        return ", ".join(f"{key} {value}" for key, value in self._asdict().items() if value)


class BlastRadius(NamedTuple):
    """How much is hit: one of a number, a percentage and zones.

    Attributes:
        number: Ready pods or nodes, the document's `count`.
        percent: Share of ready pods or nodes, rounded down, at least one.
        zones: Zones.
        at_most: The document's own cap on what `percent` comes to.
    """

    number: int | None = None
    percent: int | None = None
    zones: int | None = None
    at_most: int | None = None


class Experiment(NamedTuple):
    """One experiment.

    Attributes:
        name: Unique among an environment's experiments.
        environment: Where it runs.
        fault: Row of the catalogue.
        proves: What a passing run shows, in the team's words.
        hypothesis: What is believed, in a sentence.
        measures: The hypothesis in numbers, one at least.
        target: What is experimented on.
        blast_radius: How much of it.
        duration: How long the fault stays, or how long is watched after a one-shot fault.
        stop_alarms: Alarms that end it, besides those that each run makes for itself.
        window: When it may run, on the wall clock of `zone`.
        zone: Whose wall clock.
        approval_required: Whether it needs a person's yes although the policy would not ask for one.
        approvers: Who may say yes; anybody when empty.
        parameters: What the fault is told.
        digest: Digest of the document, which an approval names: any change of it is another one.
    """

    name: str
    environment: str
    fault: Fault
    proves: str
    hypothesis: str
    measures: tuple[Measure, ...]
    target: Target
    blast_radius: BlastRadius
    duration: timedelta
    stop_alarms: tuple[str, ...]
    window: WeeklyWindow
    zone: ZoneInfo
    approval_required: bool
    approvers: tuple[str, ...]
    parameters: dict[str, int | str]
    digest: str
