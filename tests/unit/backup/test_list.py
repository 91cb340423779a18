"""`toban backup list` gathers from an account what `toban backup explain` reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner

from functions.adapters.rds_snapshots import RdsSnapshots
from tests.unit.backup.inventories import HERE, NOW, THERE
from toban.backup import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        rds = boto3.client("rds", region_name=HERE)
        rds.create_db_instance(
            DBInstanceIdentifier="main", DBInstanceClass="db.t3.micro", Engine="postgres",
            AllocatedStorage=20, MasterUsername="owner", MasterUserPassword="otter-kettle",
            Tags=[{"Key": "team", "Value": "a"}],
        )  # fmt: skip
        for name, tags in (
            ("weekly-1", {"toban.dev/series": "weekly", "toban.dev/verdict": "PASS"}),
            ("held", {"toban.dev/hold": "aoi: audit", "toban.dev/hold-until": "2027-06-01T00:00:00+09:00"}),
            ("held-badly", {"toban.dev/hold": "", "toban.dev/hold-until": "June"}),
        ):
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            rds.create_db_snapshot(DBInstanceIdentifier="main", DBSnapshotIdentifier=name, Tags=listed)
        yield rds


def listed(*words: object) -> dict[str, Any]:
    found = CliRunner().invoke(app, ["list", "prod", "--region", HERE, *map(str, words)])
    assert found.exit_code == 0, found.output
    answer: dict[str, Any] = json.loads(found.stdout)
    return answer


@pytest.mark.usefixtures("account")
def test_what_is_listed_is_what_explain_reads(tmp_path: Path) -> None:
    found = listed()
    [listing] = found["listings"]
    by_id = {each["id"]: each for each in listing["snapshots"]}

    assert (listing["status"], listing["yesterday"]) == ("complete", 0)
    assert by_id["weekly-1"]["verdict"] == "PASS"
    assert by_id["weekly-1"]["gib"] == 20
    assert by_id["held"]["hold"] == {"by": "aoi", "reason": "audit", "until": "2027-06-01T00:00:00+09:00"}
    assert by_id["held-badly"]["hold"] == {"by": "somebody", "reason": "not said", "until": None}
    assert found["instance_tags"] == {"main": {"team": "a"}}
    words = ["explain", "--inventory", "-", "--now", "2199-01-01T00:00:00Z"]
    explained = CliRunner().invoke(app, words, input=json.dumps(found))
    assert explained.exit_code == 0, explained.stderr


@pytest.mark.usefixtures("account")
def test_yesterdays_inventory_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "yesterday.json"
    file.write_text(json.dumps(listed("--recovery-region", THERE)))
    here, there = listed("--recovery-region", THERE, "--before", file)["listings"]

    assert (here["region"], there["region"]) == (HERE, THERE)
    assert here["yesterday"] == len(here["snapshots"]) > 3 > there["yesterday"] == 0


@pytest.mark.parametrize(("pages", "status"), [(0, "unreadable"), (1, "cut-off")])
def test_a_listing_that_ends_in_an_error_says_so(account: Any, pages: int, status: str) -> None:
    whole = account.describe_db_snapshots()

    class Broken:
        meta = account.meta

        def get_paginator(self, name: str) -> Broken:
            return self

        def paginate(self) -> Iterator[Any]:
            yield from [whole] * pages
            raise ClientError({"Error": {"Code": "Throttling", "Message": "slow"}}, "DescribeDBSnapshots")

    assert RdsSnapshots(rds=Broken()).listing(yesterday=3, now=NOW)["status"] == status
