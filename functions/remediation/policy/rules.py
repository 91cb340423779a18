"""The policy document as values: which alarm is whose, how far each rung may go, caps and numbers."""

from datetime import timedelta
from functools import cached_property
from typing import NamedTuple

from functions.remediation.policy.codes import Mode


class Caps(NamedTuple):
    """Bounds that every document has to state: nothing here is unlimited by being left out."""

    replicas: int
    rungs_per_run: int
    runs_per_day: int
    runs_per_hour: int
    ineffective_runs: int
    connections_percent: int
    cordoned_percent: int
    ended_sessions: int


class Numbers(NamedTuple):
    """Numbers with defaults, which the schema states."""

    cpu_percent: float
    memory_percent: float
    errors_percent: float
    latency_ms: float
    ready_minimum: int
    cooldown_minutes: int
    storm_alarms: int
    storm_services: int
    storm_minutes: int
    storm_quiet_minutes: int
    release_minutes: int
    scale_step_percent: int
    leak_restarts: int
    old_pod_hours: int
    nodes_not_ready: int
    idle_in_transaction_seconds: int
    idle_minutes: int
    idle_share_percent: int
    few_connections_percent: int
    replicas_rose_minutes: int
    cool_cpu_percent: int
    hold_minutes: int
    approval_minutes: int
    undo_green_minutes: int
    undo_look_minutes: int
    undo_expires_hours: int


class Watched(NamedTuple):
    """An alarm of the map: whose, and what it does: climb a ladder, or one of the other things."""

    name: str
    does: str
    service: str | None = None


class Service(NamedTuple):
    """A workload, how far its remedies may go, and the database roles whose sessions may be ended."""

    name: str
    mode: Mode
    database_roles: tuple[str, ...]
    rungs: "dict[str, Mode]"

    def mode_of(self, rung: str) -> Mode:
        """Returns how far a rung may go: no farther than the service, and not beyond its own entry."""
        own = self.rungs.get(rung, self.mode)
        return own if _RANK[own] < _RANK[self.mode] else self.mode


_RANK = {mode: place for place, mode in enumerate(Mode)}


class Policy:
    """A document that was checked.

    Attributes:
        environment: Whose it is.
        account: AWS account whose alarms count; None when the deployment says it.
        region: Its Region; None likewise.
        services: By name.
        alarms: The map, by the alarm's name.
        caps: Bounds.
        numbers: Numbers.
    """

    def __init__(
        self,
        *,
        environment: str,
        services: dict[str, Service],
        alarms: dict[str, Watched],
        caps: Caps,
        numbers: Numbers,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """Keeps what was read."""
        self.environment = environment
        self.services = services
        self.alarms = alarms
        self.caps = caps
        self.numbers = numbers
        self.account = account
        self.region = region

    @cached_property
    def cooldown(self) -> timedelta:
        """Returns the shortest time between the beginnings of two runs of a service."""
        return timedelta(minutes=self.numbers.cooldown_minutes)

    @cached_property
    def release_window(self) -> timedelta:
        """Returns how long before the onset a release may have begun to be its likely cause."""
        return timedelta(minutes=self.numbers.release_minutes)

    @cached_property
    def storm_window(self) -> timedelta:
        """Returns within which time new alarms are counted as one storm."""
        return timedelta(minutes=self.numbers.storm_minutes)

    @cached_property
    def storm_quiet(self) -> timedelta:
        """Returns how long no alarm may be new for a storm to be over."""
        return timedelta(minutes=self.numbers.storm_quiet_minutes)
