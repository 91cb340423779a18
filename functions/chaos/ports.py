"""What the guard asks before a fault: one port a source, each answered or raised as an error of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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
