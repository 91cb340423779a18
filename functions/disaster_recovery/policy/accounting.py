"""The exact account of rows: the manifest, plus what the counters say up to the newest heartbeat restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.disaster_recovery.policy.findings import Finding, failed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.disaster_recovery.policy.restore_facts import (
        Counters,
        Heartbeat,
        Manifest,
        ManifestTable,
        RestoredTable,
        RestoreFacts,
    )


class Account(NamedTuple):
    """Rows of a table: as many as there must be, and as many as there are up to the newest heartbeat."""

    table: str
    expected: int
    found: int | None


def accounts(facts: RestoreFacts) -> tuple[Account, ...]:
    """Returns the account of each table that manifest and heartbeat both know; none without both."""
    manifest, heartbeat, restored = facts.manifest, facts.heartbeat, facts.restored
    if manifest is None or heartbeat is None or restored is None or restored.tables is None:
        return ()
    found = []
    for name, table in sorted(manifest.tables.items()):
        counters = heartbeat.counters.get(name)
        there = restored.tables.get(name)
        if counters:
            rows = there.rows - there.rows_since_heartbeat if there else None
            found.append(Account(name, expected_rows(table, counters), rows))
    return tuple(found)


def expected_rows(table: ManifestTable, counters: Counters) -> int:
    """Returns how many rows a table must have had when its counters stood as given: counted, or reckoned."""
    if counters.rows is not None:
        return counters.rows
    inserted = counters.inserted - table.counters.inserted
    deleted = counters.deleted - table.counters.deleted
    return table.rows + inserted - deleted


def row_findings(facts: RestoreFacts) -> Iterator[Finding]:
    """Yields what the rows say against a restore."""
    manifest, heartbeat, restored = facts.manifest, facts.heartbeat, facts.restored
    if restored is None or restored.tables is None:
        yield unknown("tables", "nobody counted the restored tables")
        return
    if manifest is None:
        return
    had = sum(table.rows for table in manifest.tables.values())
    if had and not any(table.rows for table in restored.tables.values()):
        yield failed("empty", f"no table has a row; the manifest has {had:,}")
        return
    for name, table in sorted(manifest.tables.items()):
        there = restored.tables.get(name)
        if there is None:
            yield failed("table-missing", f"{name} is not there; the manifest has {table.rows:,} rows of it")
        elif heartbeat is not None:
            yield from _of_table(name, table, there, manifest, heartbeat)


def _of_table(
    name: str, table: ManifestTable, there: RestoredTable, manifest: Manifest, heartbeat: Heartbeat
) -> Iterator[Finding]:
    counters = heartbeat.counters.get(name)
    if counters is None:
        yield unknown("counters", f"the newest heartbeat has no counts of {name}")
        return
    if any(late < early for late, early in zip(counters[:3], table.counters[:3], strict=True)):
        if heartbeat.written_at >= manifest.taken_at:
            yield unknown("counters", f"the counts of {name} were reset after the manifest")
        return
    expected, found = expected_rows(table, counters), there.rows - there.rows_since_heartbeat
    if found < expected:
        yield failed("rows-missing", f"{name} has {found:,} rows where {expected:,} must be")
    if found > expected:
        yield failed("rows-extra", f"{name} has {found:,} rows where {expected:,} must be")
    kept = _lowest_end(table, counters, there)
    if kept is not None and (there.max_id is None or there.max_id < kept):
        yield failed("ids-missing", f"{name} ends at id {there.max_id}; it cannot end before {kept}")
    yield from _of_checksums(name, table, there, changed=_changed(table.counters, counters, there))


def _lowest_end(table: ManifestTable, counters: Counters, there: RestoredTable) -> int | None:
    """Returns the id that a table cannot end before; None where nothing tells.

    Without deletions the manifest's highest id is still there. Else rows beyond the manifest's
    number have ids of their own, and ids from 1 on are as many as rows where they were so in the manifest.
    """
    if table.max_id is None:
        return None
    if counters.deleted == table.counters.deleted or there.rows > table.rows:
        return table.max_id
    return there.rows if there.rows > 0 and table.rows <= table.max_id else None


def _changed(before: Counters, after: Counters, there: RestoredTable) -> int:
    counted = after.updated - before.updated + after.deleted - before.deleted
    return counted + there.changed_since_heartbeat


def _of_checksums(
    name: str, table: ManifestTable, there: RestoredTable, *, changed: int
) -> Iterator[Finding]:
    """Compares bucket by bucket: each row changed or deleted since the manifest may account for one."""
    if not table.checksums:
        yield unknown("checksum", f"the manifest has no checksum of {name}")
    elif not there.checksums:
        yield unknown("checksum", f"nobody made the checksum of the restored {name}")
    elif len(table.checksums) != len(there.checksums):
        yield unknown("checksum", f"the checksums of {name} have other buckets than the manifest's")
    else:
        pairs = zip(table.checksums, there.checksums, strict=True)
        differing = sum(before != after for before, after in pairs)
        if differing > changed:
            yield failed(
                "checksum-differs",
                f"{differing} of {len(table.checksums)} checksums of {name} differ, and {changed} rows of it "
                "were changed or deleted since the manifest",
            )
