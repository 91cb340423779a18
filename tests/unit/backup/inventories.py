"""Inventories to plan from: one database, its weekly snapshots and their copies, each a week older."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.backup.policy.inventory import Inventory, Listing, Snapshot
from functions.backup.policy.ownership import SERIES_TAG
from functions.backup.policy.plan import plan_retention
from functions.backup.policy.retention_policy import read_policy

if TYPE_CHECKING:
    from functions.backup.policy.retention import Plan

NOW = datetime(2027, 3, 1, 3, tzinfo=UTC)
HERE, THERE = "ap-northeast-1", "ap-northeast-3"


def snapshot(name: str, *, days: float = 0, series: str | None = "weekly", **changes: Any) -> Snapshot:
    made = Snapshot(
        id=name,
        type="manual",
        database="main",
        created_at=NOW - timedelta(days=days),
        state="available",
        tags={SERIES_TAG: series} if series else {},
        copy_of=None,
        verdict=None,
        hold=None,
        gib=20,
    )
    return made._replace(**changes)


def weeks(count: int, *, first: int = 0, **changes: Any) -> list[Snapshot]:
    return [snapshot(f"w{week}", days=7 * week + 1, **changes) for week in range(first, first + count)]


def copies(snapshots: list[Snapshot], **changes: Any) -> list[Snapshot]:
    return [each._replace(id=f"{each.id}-copy", copy_of=each.id, **changes) for each in snapshots]


def inventory(here: list[Snapshot], there: list[Snapshot] | None = None, **changes: Any) -> Inventory:
    """Without `there` the environment has no recovery Region."""
    listings = [Listing(HERE, "complete", len(here), tuple(here))]
    if there is not None:
        listings.append(Listing(THERE, "complete", len(there), tuple(there)))
    made = Inventory(
        environment="prod",
        region=HERE,
        recovery_region=None if there is None else THERE,
        listings=tuple(listings),
        instance_tags={},
        quotas=(),
        answers=(),
        sleeps=(),
        longest_sleep_hours=0,
        replicated_until=None if there is None else NOW,
        cluster_backups=(),
    )
    return made._replace(**changes)


def planned(found: Inventory, policy: bytes = b"{}") -> Plan:
    return plan_retention(found, read_policy(policy), now=NOW)


def going(plan: Plan) -> set[str]:
    return {item.id for item in plan.items if item.action == "delete"}


def why(plan: Plan, name: str) -> str:
    [item] = [item for item in plan.items if item.id == name]
    return "; ".join(item.reasons)


def causes(plan: Plan) -> list[str]:
    return [page.cause for page in plan.pages]
