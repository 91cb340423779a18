"""What chaos reaches: what the guard asks, one port a source, and what makes and takes away a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from functions.core.ports.control_table import Memory, Notes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from functions.chaos.policy import facts, inventory


class GuardPorts(Protocol):
    """All that the guard reads; what raises an `OpsError` is unreadable, and never empty."""

    def pause(self) -> str: ...  # noqa: D102 - `facts.Sources` says what each is
    def alarms(self) -> tuple[facts.Alarm, ...]: ...  # noqa: D102
    def error_budget(self) -> facts.ErrorBudget: ...  # noqa: D102
    def incidents(self, *, now: datetime) -> tuple[facts.Incident, ...]: ...  # noqa: D102
    def lock(self) -> facts.Lease | None: ...  # noqa: D102
    def releases(self) -> tuple[facts.Work, ...]: ...  # noqa: D102
    def backups(self) -> tuple[facts.Work, ...]: ...  # noqa: D102
    def copies(self) -> tuple[facts.Work, ...]: ...  # noqa: D102
    def restores(self) -> tuple[facts.Work, ...]: ...  # noqa: D102
    def opted_in(self) -> facts.OptedIn: ...  # noqa: D102
    def schedule(self, *, now: datetime) -> tuple[facts.Closed, ...]: ...  # noqa: D102
    def history(self) -> tuple[facts.Past, ...]: ...  # noqa: D102
    def degraded(self) -> tuple[str, ...]: ...  # noqa: D102
    def findings(self) -> tuple[facts.Finding, ...]: ...  # noqa: D102
    def workloads(self) -> tuple[inventory.Workload, ...]: ...  # noqa: D102
    def nodes(self) -> tuple[inventory.Node, ...]: ...  # noqa: D102
    def databases(self) -> tuple[inventory.Database, ...]: ...  # noqa: D102
    def caches(self) -> tuple[inventory.Cache, ...]: ...  # noqa: D102


class Intents(Memory, Notes, Protocol):
    """Where a run's intent is kept: what is read and written of the control table."""


class FaultPorts(Protocol):
    """What makes, watches and takes away a fault; whatever takes away is harmless where nothing is there."""

    def start_prober(self, run: str) -> None: ...  # noqa: D102
    def stop_prober(self, run: str) -> None: ...  # noqa: D102
    def put_alarms(self, alarms: Sequence[Mapping[str, Any]]) -> None: ...  # noqa: D102
    def delete_alarms(self, names: Sequence[str]) -> None: ...  # noqa: D102

    def inject(self, run: str, template: Mapping[str, Any]) -> None:
        """Begins the fault; once more for the same run begins no second one."""
        ...

    def remove(self, run: str) -> None:
        """Stops the envelope and deletes the fault's object."""
        ...

    def injected(self, run: str) -> tuple[str, ...] | None:
        """Returns what the fault has hit, by name; None while it is not there yet."""
        ...

    def alarm_states(self, names: Sequence[str]) -> Mapping[str, str]:
        """Returns the state of each alarm that exists."""
        ...

    def leftovers(self, run: str) -> tuple[str, ...]:
        """Returns all that still bears the run's name: objects, finalizers, experiments, rules, alarms."""
        ...
