"""Reads facts for the guard, strictly; a source that is missing, or says why, is unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.chaos.policy.facts import SOURCES, Facts, Sources, Unreadable, Yes
from functions.chaos.policy.reading_inventory import read_caches, read_databases, read_nodes, read_workloads
from functions.chaos.policy.reading_sources import (
    read_alarms,
    read_budget,
    read_closed,
    read_findings,
    read_incidents,
    read_lock,
    read_opted_in,
    read_past,
    read_phrases,
    read_work,
)
from functions.core.reading.faults import Faults
from functions.core.reading.strict_json import read_json
from functions.core.reading.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

READERS: dict[str, Callable[[Table, str], Any]] = {
    "pause": lambda table, key: table.text(key, "who paused Toban and why, or null", default=""),
    "alarms": read_alarms,
    "error_budget": read_budget,
    "incidents": read_incidents,
    "lock": read_lock,
    "releases": read_work,
    "backups": read_work,
    "copies": read_work,
    "restores": read_work,
    "opted_in": read_opted_in,
    "schedule": read_closed,
    "history": read_past,
    "degraded": read_phrases,
    "findings": read_findings,
    "workloads": read_workloads,
    "nodes": read_nodes,
    "databases": read_databases,
    "caches": read_caches,
}
NULL_MEANS: dict[str, Any] = {"pause": "", "lock": None}
"""Sources whose null is an answer: nobody paused, nobody holds the lock."""


def parse_facts(text: str | bytes) -> Facts:
    """Reads a file of facts.

    Args:
        text: JSON, in UTF-8 when given as bytes; at most 256 KiB.

    Raises:
        DocumentInvalid: It breaks a rule; its `faults` name every place and what to write there.
    """
    faults = Faults()
    value = read_json(text, what="a file of facts", examples="docs/capabilities/chaos.md")
    table = Table(value, "$", faults, keys=("$schema", "now", "environment", "approval", *SOURCES))
    if not table.is_object:
        faults.refuse_if_any()
    table.text("$schema", "the address of the schema", default="")
    now, environment = table.instant("now"), table.name("environment")
    sources = Sources(**{source: _source(table, source, faults) for source in SOURCES})
    approval = _approval(table, faults)
    faults.refuse_if_any()
    return Facts(_known(now), environment, sources, approval)


def _source(table: Table, source: str, faults: Faults) -> Any:
    value = table.raw(source)
    if not table.has(source):
        return Unreadable("it was not read")
    if value is None and source in NULL_MEANS:
        return NULL_MEANS[source]
    if isinstance(value, dict) and "unreadable" in value:
        inner = Table(value, f"$.{source}", faults, keys=("unreadable",))
        return Unreadable(inner.text("unreadable", "why it could not be read"))
    return READERS[source](table, source)


def _approval(table: Table, faults: Faults) -> Yes | None:
    if table.raw("approval") is None:
        return None
    inner = Table(table.raw("approval"), "$.approval", faults, keys=("who", "at", "digest"))
    if not inner.is_object:
        return None
    who, at = inner.text("who", "a person's name"), inner.instant("at")
    seen = inner.text("digest", "the digest that `explain` prints", pattern=r"[0-9a-f]{16}")
    return Yes(who, at, seen) if at else None


def _known(now: datetime | None) -> datetime:
    assert now is not None, "a missing instant is a fault, and faults have ended the reading"  # noqa: S101
    return now
