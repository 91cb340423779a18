"""The verdict of a restore: PASS, FAIL or INCONCLUSIVE, and every reason; missing evidence never passes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.disaster_recovery.policy.accounting import Account, accounts, row_findings
from functions.disaster_recovery.policy.comparing import (
    cluster_findings,
    database_findings,
    manifest_findings,
)
from functions.disaster_recovery.policy.findings import FAIL, INCONCLUSIVE, PASS, Finding, failed, unknown
from functions.disaster_recovery.policy.measuring import Measured, measure, newest_allowed, time_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.disaster_recovery.policy.restore_facts import RestoreFacts

_WITH_CLUSTER = {"full-stack", "failover"}
_IN_PLACE = {"database", "rewind"}
_DRILLS = {"database", "full-stack"}


class Verdict(NamedTuple):
    """What a restore has proved, all that stands against it, and the figures."""

    verdict: str
    findings: tuple[Finding, ...]
    accounts: tuple[Account, ...]
    measured: Measured


def judge(facts: RestoreFacts) -> Verdict:
    """Returns the verdict. One finding that fails makes it FAIL; else one that is not known INCONCLUSIVE."""
    measured = measure(facts)
    findings = tuple(
        dict.fromkeys([*_of_evidence(facts), *_of_restore(facts), *time_findings(facts, measured)])
    )
    weights = {finding.weight for finding in findings}
    verdict = FAIL if FAIL in weights else INCONCLUSIVE if weights else PASS
    return Verdict(verdict, findings, accounts(facts), measured)


def _of_evidence(facts: RestoreFacts) -> Iterator[Finding]:
    manifest, heartbeat = facts.manifest, facts.heartbeat
    needed = ("backup", "restore") if facts.scope in _IN_PLACE else ("backup", "copy", "restore")
    if missing := [link for link in needed if link not in facts.chain]:
        yield unknown("chain", f"the chain of evidence names no {' and no '.join(missing)}")
    if manifest is None:
        yield unknown("manifest", "there is no manifest to compare with")
    elif manifest.environment != facts.environment:
        yield failed("wrong-tenant", f"the manifest is {manifest.environment}'s, not {facts.environment}'s")
    if manifest and not manifest.tables:
        yield unknown("manifest-tables", "the manifest names no table")
    if manifest and manifest.taken_at > facts.restore_point:
        yield unknown("earlier-manifest", "the manifest was taken after the moment restored to")
    if facts.rewind_to and facts.restore_point > facts.rewind_to:
        named = facts.rewind_to.isoformat()
        yield failed(
            "beyond-the-moment", f"it was restored to a moment later than {named}, which a person named"
        )
    if heartbeat is None:
        yield unknown("heartbeat", "no heartbeat was found in the restored database")
        return
    if heartbeat.written_at > newest_allowed(facts):
        written = heartbeat.written_at.isoformat()
        yield failed(
            "stamped-later", f"the newest heartbeat is of {written}, later than the moment restored to"
        )
    if manifest and heartbeat.written_at < manifest.taken_at <= facts.restore_point:
        written = heartbeat.written_at.isoformat()
        yield failed(
            "stale", f"the newest heartbeat is of {written}, older than the manifest made before the backup"
        )


def _of_restore(facts: RestoreFacts) -> Iterator[Finding]:
    restored = facts.restored
    if restored is None:
        yield unknown("restored", "nobody looked at what was restored")
    elif not restored.completed:
        yield failed("restore-failed", "the restore did not end without an error: the backup is corrupt")
    else:
        yield from row_findings(facts)
        yield from database_findings(facts, restored)
        if facts.manifest:
            yield from manifest_findings(facts.manifest, restored)
        if facts.scope in _WITH_CLUSTER:
            if facts.manifest:
                yield from cluster_findings(facts.manifest, restored)
            if restored.smoke_passed is None:
                yield unknown("smoke", "the smoke journey was not tried")
        if restored.smoke_passed is False:
            yield failed("smoke-failed", "sign in, write, read back did not succeed")
    if facts.scope in _DRILLS and facts.leftovers is None:
        yield unknown("leftovers", "nobody looked for what the drill left behind")
    for name in facts.leftovers or ():
        yield failed("leftover", f"{name} was left behind")
