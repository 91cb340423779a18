"""Snapshots of database instances through RDS, as an inventory lists them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from functions.adapters.aws_errors import translated
from functions.core.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Mapping

VERDICT_TAG: Final = "toban.dev/verdict"
"""Verdict of the newest restore from the snapshot: PASS, FAIL or INCONCLUSIVE."""
HOLD_TAG: Final = "toban.dev/hold"
"""Who keeps the snapshot and why, as `WHO: WHY`."""
HOLD_UNTIL_TAG: Final = "toban.dev/hold-until"
"""Last instant of the hold, with its offset; anything else is a hold without an end."""
VERDICTS: Final = ("PASS", "FAIL", "INCONCLUSIVE")


class RdsSnapshots:
    """The snapshots of one account and Region."""

    def __init__(self, *, rds: Any) -> None:
        """Remembers boto3's client."""
        self._rds = rds

    def listing(self, *, yesterday: int, now: datetime) -> dict[str, Any]:
        """Returns the Region's listing as plain values; what stops it says so as its status.

        Args:
            yesterday: How many snapshots it had yesterday.
            now: Stands for the time of one that is only being made, which has none yet.
        """
        found: list[dict[str, Any]] = []
        status = "complete"
        try:
            with translated("listing snapshots"):
                for page in self._rds.get_paginator("describe_db_snapshots").paginate():
                    found += [_snapshot(each, now=now) for each in page["DBSnapshots"]]
        except OpsError:
            status = "cut-off" if found else "unreadable"
        region = self._rds.meta.region_name
        return {"region": region, "status": status, "yesterday": yesterday, "snapshots": found}

    def instance_tags(self) -> dict[str, dict[str, str]]:
        """Returns the tags of each instance: RDS can copy them onto its snapshots.

        Raises:
            OpsError: RDS does not say; without it nobody knows whose a snapshot is.
        """
        with translated("reading the tags of database instances"):
            pages = self._rds.get_paginator("describe_db_instances").paginate()
            found = [each for page in pages for each in page["DBInstances"]]
        return {each["DBInstanceIdentifier"]: _tags(each) for each in found}


def _snapshot(each: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    tags = _tags(each)
    made = each.get("OriginalSnapshotCreateTime") or each.get("SnapshotCreateTime") or now
    source = each.get("SourceDBSnapshotIdentifier")
    verdict = tags.get(VERDICT_TAG)
    return {
        "id": each["DBSnapshotIdentifier"],
        "type": each.get("SnapshotType", "manual"),
        "database": each["DBInstanceIdentifier"],
        "created_at": made.astimezone(UTC).isoformat(),
        "state": each["Status"],
        "tags": tags,
        "copy_of": source.rpartition("snapshot:")[2] if source else None,
        "verdict": verdict if verdict in VERDICTS else None,
        "hold": _hold(tags),
        "gib": each.get("AllocatedStorage", 0),
    }


def _hold(tags: Mapping[str, str]) -> dict[str, Any] | None:
    if HOLD_TAG not in tags:
        return None
    who, _, why = tags[HOLD_TAG].partition(":")
    try:
        until = datetime.fromisoformat(tags.get(HOLD_UNTIL_TAG, ""))
    except ValueError:
        until = None
    known = until.isoformat() if until and until.tzinfo else None
    return {"by": who.strip() or "somebody", "reason": why.strip() or "not said", "until": known}


def _tags(each: Mapping[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in each.get("TagList", ())}
