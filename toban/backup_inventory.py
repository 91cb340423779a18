"""Gathers an inventory of backups from an AWS account, both Regions; it reads and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from functions.adapters.rds_snapshots import RdsSnapshots
from functions.core.errors import OpsError

if TYPE_CHECKING:
    from functions.backup.policy.inventory import Inventory


def gathered(
    environment: str, *, region: str, recovery_region: str | None, before: Inventory | None
) -> dict[str, Any]:
    """Returns an inventory as plain values; without the instances' tags it says why, and exits with 1."""
    counts = {listing.region: len(listing.snapshots) for listing in before.listings} if before else {}
    now = datetime.now(UTC)  # noqa: TID251 - the command line is the shell: it may read the clock
    regions = [each for each in (region, recovery_region) if each]
    snapshots = {each: RdsSnapshots(rds=_client(each)) for each in regions}
    try:
        tags: dict[str, Any] = {}
        for each in snapshots.values():
            tags |= each.instance_tags()
    except OpsError as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from refusal
    return {
        "environment": environment,
        "region": region,
        "recovery_region": recovery_region,
        "listings": [
            each.listing(yesterday=counts.get(name, 0), now=now) for name, each in snapshots.items()
        ],
        "instance_tags": tags,
    }


def _client(region: str) -> Any:
    import boto3  # noqa: PLC0415 - `toban backup explain` does not wait for it
    from botocore.config import Config  # noqa: PLC0415 - as above

    config = Config(retries={"mode": "standard", "max_attempts": 5}, connect_timeout=5, read_timeout=30)
    return boto3.client("rds", region_name=region, config=config)
