"""Why each snapshot of ours stays: every reason, not only the first; none means that it may go."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.backup.policy.retention_policy import FEWEST
from functions.backup.policy.worth import is_proved_bad, passes

if TYPE_CHECKING:
    from datetime import datetime

    from functions.backup.policy.family import Family, Own
    from functions.backup.policy.inventory import Snapshot
    from functions.backup.policy.retention_policy import RetentionPolicy


def reasons_to_keep(
    own: Own, family: Family, *, policy: RetentionPolicy, needs_copy: bool, copied: bool, now: datetime
) -> list[str]:
    """Returns why one snapshot stays.

    Args:
        own: The snapshot.
        family: What matters of all of ours of the same database in the same Region.
        policy: The numbers.
        needs_copy: Whether the environment has a recovery Region, so that an original needs its copy.
        copied: Whether its own copy is available and not proved bad.
        now: The instant.
    """
    found = [*_by_itself(own.snapshot, policy, now=now), *_among_its_family(own, family, policy)]
    if needs_copy and own.snapshot.copy_of is None and not copied:
        found.append("its own copy in the other Region is not available")
    return found


def _by_itself(snapshot: Snapshot, policy: RetentionPolicy, *, now: datetime) -> list[str]:
    found = []
    if passes(snapshot):
        found.append(f"its state passes: {snapshot.state}")
    hold = snapshot.hold
    if hold and (hold.until is None or now <= hold.until):
        until = f" until {hold.until.isoformat()}" if hold.until else ""
        found.append(f"on hold by {hold.by}{until}: {hold.reason}")
    if snapshot.created_at > now:
        found.append("it was made after now: a clock is wrong")
    elif now - snapshot.created_at <= timedelta(days=policy.youngest_days):
        found.append(f"not older than {policy.youngest_days} days")
    return found


def _among_its_family(own: Own, family: Family, policy: RetentionPolicy) -> list[str]:
    found = []
    of_series = f"of {own.series} in {own.region}"
    if own.snapshot.id in family.newest_of_series:
        found.append(f"one of the newest {FEWEST} {of_series}")
    if own.snapshot.id in family.usable_of_series:
        kept = max(policy.keep[own.series], FEWEST)
        found.append(f"one of the newest {kept} {of_series} that are not proved bad")
    if own.snapshot.id == family.newest_verified:
        found.append(f"the newest verified in {own.region}")
    if own.snapshot.id == family.newest_copy:
        found.append(f"the newest copy in {own.region}: the next one is made upon it")
    verified_at = family.newest_verified_at
    if is_proved_bad(own.snapshot) and not (verified_at and verified_at > own.snapshot.created_at):
        found.append("proved bad, and no newer verified one is there")
    return found
