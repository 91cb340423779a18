"""Whose a snapshot is: ours by its own series tag alone; anything in doubt is a stranger's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.backup.policy.retention_policy import SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.backup.policy.inventory import Snapshot

SERIES_TAG: Final = "toban.dev/series"


def series_of(snapshot: Snapshot, instance_tags: Mapping[str, Mapping[str, str]]) -> str | None:
    """Returns the series of a snapshot of ours; None for a stranger's.

    A tag that the instance itself has may have been copied onto every snapshot of it, a stranger's as well:
    it makes nothing ours.
    """
    series = snapshot.tags.get(SERIES_TAG)
    if snapshot.type != "manual" or is_of_aws_backup(snapshot) or series not in SERIES:
        return None
    copied = instance_tags.get(snapshot.database, {}).get(SERIES_TAG)
    return None if copied == series else series


def is_of_aws_backup(snapshot: Snapshot) -> bool:
    """Tells whether AWS Backup made it; deleting one of its points can restart the database."""
    return snapshot.type == "awsbackup" or snapshot.id.rsplit("snapshot:", 1)[-1].startswith("awsbackup:")


def why_a_strangers(
    snapshot: Snapshot, instance_tags: Mapping[str, Mapping[str, str]], *, automated_days: int
) -> str:
    """Returns why a snapshot is not ours to delete, in a sentence."""
    series = snapshot.tags.get(SERIES_TAG)
    if is_of_aws_backup(snapshot):
        return "AWS Backup's: never touched"
    if snapshot.type == "automated":
        return f"automated: RDS keeps it {automated_days} days and ends it itself"
    if snapshot.type != "manual":
        return f"a stranger's: its type is {snapshot.type}"
    if series is None:
        return f"a stranger's: it has no tag {SERIES_TAG}"
    if series in SERIES and instance_tags.get(snapshot.database, {}).get(SERIES_TAG) == series:
        return f"a stranger's: {SERIES_TAG} may have been copied from the instance, which has the same tag"
    return f"a stranger's: {SERIES_TAG} says {series!r}, which is no series"
