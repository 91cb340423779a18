"""Reads what was read of a service, source by source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.remediation.policy.burning import Burn
from functions.remediation.policy.cluster_facts import (
    Autoscaler,
    Gitops,
    Node,
    Nodegroup,
    Pod,
    Rollout,
    Room,
    Targets,
    Workload,
)
from functions.remediation.policy.ledger import Migration, RevisionLedger, Stint
from functions.remediation.policy.reading.sources import many, perhaps
from functions.remediation.policy.snapshot import (
    Database,
    Lock,
    Maintenance,
    Metrics,
    Mute,
    Pause,
    Session,
    Snapshot,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _workload(value: dict[str, Any]) -> Workload:
    return Workload(**{**value, "gitops": value["gitops"] and Gitops(**value["gitops"])})


def _ledger(value: dict[str, Any]) -> RevisionLedger:
    return RevisionLedger(
        stints=tuple(Stint(**stint) for stint in value["stints"]),
        migrations=tuple(Migration(**migration) for migration in value["migrations"]),
    )


MAKERS: dict[str, Callable[[Any], Any]] = {
    "pause": lambda value: Pause(**value),
    "mutes": many(lambda value: Mute(**value)),
    "maintenance": lambda value: Maintenance(**value),
    "lock": lambda value: Lock(**value),
    "asleep": bool,
    "rollout": lambda value: Rollout(**value),
    "workload": _workload,
    "autoscaler": lambda value: Autoscaler(**value),
    "pods": many(lambda value: Pod(**value)),
    "nodes": many(lambda value: Node(**value)),
    "nodegroup": lambda value: Nodegroup(**value),
    "room": lambda value: Room(**value),
    "targets": lambda value: Targets(**value),
    "metrics": lambda value: Metrics(**value),
    "database": lambda value: Database(**value),
    "sessions": many(lambda value: Session(**value)),
    "ledger": _ledger,
    "api_mode": str,
    "burn": lambda value: Burn(**value),
}
"""How each source's answer is made into a value."""


def snapshot_of(sources: dict[str, Any]) -> Snapshot:
    """Returns a snapshot; a diagnosis source that is left out was not read."""
    answers: dict[str, Any] = {name: perhaps(value, MAKERS[name]) for name, value in sources.items()}
    return Snapshot(**answers)
