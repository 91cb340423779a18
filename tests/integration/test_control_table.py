"""The control table's laws, held by the adapter on moto and by the fake alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.adapters.control_table import ControlTable
from functions.core.capacity import Bounds, CronJob, Layers, Phase, Size, Snapshot, Workload
from functions.core.errors import SafetyRefusal
from tests.fakes.control_table import FakeControlTable

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
LEASE = timedelta(minutes=15)
SNAPSHOT = Snapshot(
    mode="night",
    layers=Layers(1, "reduced"),
    phase=Phase.FALLING_ASLEEP,
    taken_at=NOW,
    taken_by="arn:one",
    nodegroups={"primary": Size(2, 3, 6)},
    workloads=(
        Workload("Deployment", "app", "api", 3, 3, Bounds("api-hpa", 3, 10)),
        Workload("StatefulSet", "a", "b", 1),
    ),
    cronjobs=(CronJob("app", "report", suspended=False),),
    databases=("taskmanager-dev",),
)


@pytest.fixture(params=["adapter", "fake"])
def table(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "fake":
        yield FakeControlTable()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="ap-northeast-1")
        dynamodb.create_table(
            TableName="control",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        yield ControlTable(dynamodb=dynamodb, table="control")


def test_a_snapshot_comes_back_as_it_was_written(table: Any) -> None:
    assert table.keep("dev", SNAPSHOT)
    assert table.recall("dev").snapshot == SNAPSHOT


def test_a_snapshot_is_never_overwritten(table: Any) -> None:
    table.keep("dev", SNAPSHOT)
    assert not table.keep(
        "dev", Snapshot("stop", Layers(), Phase.ASLEEP, NOW, "two", {"primary": Size(0, 0, 1)})
    )
    assert table.recall("dev").snapshot == SNAPSHOT


def test_a_mark_keeps_the_capacity_and_forgets_failures(table: Any) -> None:
    table.keep("dev", SNAPSHOT)
    table.postpone("dev", attempts=2, retry_at=NOW)
    assert table.recall("dev").snapshot.attempts == 2
    table.mark("dev", mode="stop", layers=Layers(0, "stopped", "stopped"), phase=Phase.ASLEEP)
    marked = table.recall("dev").snapshot
    assert (marked.mode, marked.phase, marked.attempts, marked.retry_at) == ("stop", Phase.ASLEEP, 0, None)
    assert marked.nodegroups == SNAPSHOT.nodegroups


def test_without_a_snapshot_a_mark_is_refused_and_a_postponement_does_nothing(table: Any) -> None:
    with pytest.raises(SafetyRefusal):
        table.mark("dev", mode="stop", layers=Layers(), phase=Phase.ASLEEP)
    table.postpone("dev", attempts=1, retry_at=NOW)
    assert table.recall("dev").snapshot is None


def test_a_lock_is_its_owners_until_the_lease_ends(table: Any) -> None:
    first = table.take("dev", owner="one", lease=LEASE, now=NOW)
    assert first.fence == 1
    assert table.take("dev", owner="two", lease=LEASE, now=NOW + LEASE - timedelta(microseconds=1)) is None
    assert table.take("dev", owner="two", lease=LEASE, now=NOW + LEASE).fence == 2
    with pytest.raises(SafetyRefusal):
        table.renew("dev", owner="one", lease=LEASE, now=NOW)


def test_a_released_lock_is_free_and_its_counter_goes_on(table: Any) -> None:
    table.take("dev", owner="one", lease=LEASE, now=NOW)
    table.release("dev", owner="two")
    assert table.recall("dev").lock.owner == "one"
    table.renew("dev", owner="one", lease=2 * LEASE, now=NOW)
    assert table.recall("dev").lock.leased_until == NOW + 2 * LEASE
    table.release("dev", owner="one")
    assert table.recall("dev").lock is None
    assert table.take("dev", owner="two", lease=LEASE, now=NOW).fence == 2


def test_a_run_is_recorded_once(table: Any) -> None:
    assert table.record("dev", {"outcome": "done"}, started_at=NOW, execution="arn:x:one")
    assert not table.record("dev", {"outcome": "other"}, started_at=NOW, execution="arn:x:one")


def test_faults_that_were_told_and_the_last_good_schedule_are_part_of_the_record(table: Any) -> None:
    assert table.remember("dev", "config-1", sentence="s", now=NOW)
    assert not table.remember("dev", "config-1", sentence="s", now=NOW)
    assert table.recall("dev").pages == {"config-1"}
    table.forget_page("dev", "config-1")
    table.keep_last_good("dev", "{}")
    assert table.recall("dev").pages == frozenset()
    assert table.recall("dev").last_good_schedule == "{}"


def test_a_note_is_written_over_the_revision_that_was_read_and_over_no_other(table: Any) -> None:
    assert table.recall("dev").note("wakes").revision == 0
    assert table.write_note("dev", "wakes", {"seconds": [300]}, over=0)
    assert not table.write_note("dev", "wakes", {"seconds": [1]}, over=0)
    assert table.write_note("dev", "wakes", {"seconds": [300, 240]}, over=1)
    assert not table.write_note("dev", "wakes", {"seconds": [1]}, over=1)
    note = table.recall("dev").note("wakes")
    assert (note.values, note.revision) == ({"seconds": [300, 240]}, 2)


def test_a_hold_keeps_its_place_until_it_expires(table: Any) -> None:
    hold = {
        "kind": "keep_awake",
        "owner": "aoi",
        "reason": "r",
        "begins": NOW.isoformat(timespec="microseconds"),
        "expires": (NOW + LEASE).isoformat(timespec="microseconds"),
    }
    assert table.place_hold("dev", "aoi-1", hold, now=NOW)
    assert not table.place_hold("dev", "aoi-1", {**hold, "reason": "other"}, now=NOW)
    assert [(one["id"], one["reason"]) for one in table.recall("dev").holds] == [("aoi-1", "r")]
    assert table.place_hold("dev", "aoi-1", {**hold, "reason": "other"}, now=NOW + LEASE)
    assert table.remove_hold("dev", "aoi-1")
    assert not table.remove_hold("dev", "aoi-1")


def test_a_schedule_document_is_put_in_force(table: Any) -> None:
    table.apply_schedule("dev", "{}")
    assert table.recall("dev").schedule == "{}"


def test_a_fleets_member_shares_its_environments_schedule_holds_and_kill_switch_and_nothing_else(
    table: Any,
) -> None:
    table.apply_schedule("dev", "{}")
    table.keep_last_good("dev/one", "{}")
    table.write_note("dev", "pause", {"by": "aoi"}, over=0)
    table.write_note("dev", "wakes", {"seconds": [1]}, over=0)
    table.keep("dev", SNAPSHOT)
    record = table.recall("dev/one")
    assert (record.schedule, record.last_good_schedule) == ("{}", "{}")
    assert record.note("pause").values == {"by": "aoi"}
    assert record.note("wakes").revision == 0
    assert record.snapshot is None
