"""What else a restored database and cluster must have: identity, schema, rights, objects, images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.disaster_recovery.policy.findings import Finding, failed, unknown
from functions.disaster_recovery.policy.measuring import newest_allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.disaster_recovery.policy.restore_facts import Manifest, Restored, RestoreFacts

_EQUAL = {"schema_hash": ("schema", "schema hash"), "migration": ("migration", "migration")}
_HELD = {"extensions": "extension", "roles": "role", "grants": "grant"}


def database_findings(facts: RestoreFacts, restored: Restored) -> Iterator[Finding]:
    """Yields what the database itself says against a restore, beside its rows."""
    if restored.environment is None:
        yield unknown("environment", "nobody asked the restored data whose they are")
    elif restored.environment != facts.environment:
        yield failed("wrong-tenant", f"the data are {restored.environment}'s, not {facts.environment}'s")
    if restored.orphans is None:
        yield unknown("orphans", "nobody looked for rows whose foreign key leads nowhere")
    for orphans in restored.orphans or ():
        if orphans.rows:
            yield failed("orphans", f"{orphans.rows:,} rows of {orphans.constraint} lead nowhere")
    if restored.sequences is None:
        yield unknown("sequences", "nobody looked at the sequences")
    for sequence in restored.sequences or ():
        if sequence.last_value < sequence.max_id:
            yield failed(
                "sequence-behind", f"{sequence.name} is at {sequence.last_value}, behind id {sequence.max_id}"
            )
    yield from _stamped_later(facts, restored)


def _stamped_later(facts: RestoreFacts, restored: Restored) -> Iterator[Finding]:
    latest = newest_allowed(facts)
    for name, table in sorted((restored.tables or {}).items()):
        if table.newest_at and table.newest_at > latest:
            yield failed(
                "stamped-later",
                f"{name} has a row of {table.newest_at.isoformat()}, later than {latest.isoformat()}",
            )


def manifest_findings(manifest: Manifest, restored: Restored) -> Iterator[Finding]:
    """Yields what differs from the manifest, beside rows."""
    if manifest.identity is not None and restored.identity is None:
        yield unknown("identity", "nobody asked the restored database which one it is")
    elif manifest.identity not in {None, restored.identity}:
        yield failed(
            "wrong-tenant", f"the database is {restored.identity}, in the manifest {manifest.identity}"
        )
    if manifest.environment != (restored.environment or manifest.environment):
        yield failed("wrong-tenant", f"the manifest is {manifest.environment}'s, the data are not")
    for field, (name, words) in _EQUAL.items():
        before, after = getattr(manifest, field), getattr(restored, field)
        if before is None or after is None:
            side = "the manifest" if before is None else "the restored database"
            yield unknown(name, f"nobody wrote down the {words} of {side}")
        elif before != after:
            yield failed(f"{name}-differs", f"the {words} is {after}, in the manifest {before}")
    for field, name in _HELD.items():
        yield from _missing(name, getattr(manifest, field), getattr(restored, field))


def cluster_findings(manifest: Manifest, restored: Restored) -> Iterator[Finding]:
    """Yields what the cluster lacks, in a restore of everything."""
    yield from _missing("cluster-object", manifest.cluster_objects, restored.cluster_objects)
    before, after = manifest.image_digests, restored.image_digests
    if before is None or after is None:
        yield unknown("image-digest", "the digests of the images are not known on both sides")
    for workload, digest in sorted((before or {}).items()) if after is not None else ():
        if after and after.get(workload) == digest:
            continue
        runs = after.get(workload, "nothing") if after else "nothing"
        yield failed("image-digest-differs", f"{workload} runs {runs}, in the manifest {digest}")
    if restored.names_of_lost_region is None:
        yield unknown("names-of-lost-region", "nobody looked whether an object still names the lost Region")
    for name in restored.names_of_lost_region or ():
        yield failed("names-lost-region", f"{name} still names the lost Region")


def _missing(name: str, before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> Iterator[Finding]:
    if before is None or after is None:
        side = "the manifest" if before is None else "what was restored"
        yield unknown(name, f"nobody wrote down each {name} of {side}")
        return
    for each in sorted(set(before) - set(after)):
        yield failed(f"{name}-missing", f"the {name} {each} is not there")
