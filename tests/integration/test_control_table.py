"""The control table's laws, held by the adapter on moto and by the fake alike."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.adapters.control_table import ControlTable
from functions.core import names
from functions.core.control import Audience, Holder, Lock, Note
from functions.core.errors import SafetyRefusal
from tests.fakes.control_table import FakeControlTable

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
LEASE = timedelta(minutes=15)
ONE = Holder("arn:one", "night_scaling", "sleep", Audience.TEAM)
TWO = Holder("arn:two", "chaos", "experiment")


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


def test_a_lock_is_its_holders_until_the_lease_ends(table: Any) -> None:
    assert table.take("dev", holder=ONE, lease=LEASE, now=NOW) == Lock(ONE, NOW + LEASE)
    assert table.recall("dev").lock == Lock(ONE, NOW + LEASE), "whose it is, what for, and who is told"
    assert table.take("dev", holder=TWO, lease=LEASE, now=NOW + LEASE - timedelta(microseconds=1)) is None
    assert table.take("dev", holder=TWO, lease=LEASE, now=NOW + LEASE) == Lock(TWO, NOW + 2 * LEASE)
    with pytest.raises(SafetyRefusal):
        table.renew("dev", execution="arn:one", lease=LEASE, now=NOW)


def test_a_lock_that_is_taken_again_is_its_holders_anew(table: Any) -> None:
    table.take("dev", holder=ONE, lease=LEASE, now=NOW)
    deeper = ONE._replace(action="wake")
    assert table.take("dev", holder=deeper, lease=LEASE, now=NOW + LEASE / 2)
    assert table.recall("dev").lock == Lock(deeper, NOW + LEASE * 1.5)


def test_a_released_lock_is_free(table: Any) -> None:
    table.take("dev", holder=ONE, lease=LEASE, now=NOW)
    table.release("dev", execution="arn:two")
    assert table.recall("dev").lock.holder == ONE
    table.renew("dev", execution="arn:one", lease=2 * LEASE, now=NOW)
    assert table.recall("dev").lock.leased_until == NOW + 2 * LEASE
    table.release("dev", execution="arn:one")
    assert table.recall("dev").lock is None
    assert table.take("dev", holder=TWO, lease=LEASE, now=NOW)


def test_an_expelled_execution_loses_the_lock_and_never_takes_it_again(table: Any) -> None:
    table.take("dev", holder=ONE, lease=LEASE, now=NOW)
    for _ in range(2):
        table.expel("dev", execution="arn:one")
        assert table.recall("dev").lock is None
        assert table.take("dev", holder=ONE, lease=LEASE, now=NOW) is None, "its function came late"
    assert table.take("dev", holder=TWO, lease=LEASE, now=NOW)
    table.expel("dev", execution="arn:one")
    assert table.recall("dev").lock.holder == TWO, "an expulsion takes nothing from another"


def test_an_execution_is_expelled_where_nobody_ever_held_a_lock(table: Any) -> None:
    table.expel("dev", execution="arn:one")
    assert table.recall("dev").lock is None
    assert table.take("dev", holder=ONE, lease=LEASE, now=NOW) is None


def test_a_run_is_recorded_once(table: Any) -> None:
    assert table.record_run("dev", {"outcome": "done"}, started_at=NOW, execution="arn:x:one")
    assert not table.record_run("dev", {"outcome": "other"}, started_at=NOW, execution="arn:x:one")


def test_what_people_were_told_is_part_of_the_record_until_it_is_over(table: Any) -> None:
    assert table.remember_page("dev", "config-1", sentence="s", now=NOW)
    table.confirm_page("dev", "config-1")
    assert not table.remember_page("dev", "config-1", sentence="other", now=NOW)
    assert table.recall("dev").pages == {"config-1": {"sentence": "s", "told_at": NOW.isoformat()}}
    table.repeat_page("dev", "config-1", now=NOW)
    assert table.recall("dev").pages["config-1"]["last_at"] == NOW.isoformat()
    assert table.forget_page("dev", "config-1")
    assert not table.forget_page("dev", "config-1")
    table.confirm_page("dev", "config-1")
    table.repeat_page("dev", "config-1", now=NOW)
    assert table.recall("dev").pages == {}


def test_a_claim_that_nobody_confirmed_is_taken_up_once(table: Any) -> None:
    claims = [table.remember_page("dev", "late-1", sentence="s", now=NOW) for _ in range(4)]
    assert claims == [True, True, False, False]
    table.confirm_page("dev", "late-1")
    assert not table.remember_page("dev", "late-1", sentence="s", now=NOW)


def test_a_note_is_written_over_the_revision_that_was_read_and_over_no_other(table: Any) -> None:
    assert table.recall("dev").note("wakes").revision == 0
    assert table.write_note("dev", "wakes", {"seconds": [300]}, over=0)
    assert not table.write_note("dev", "wakes", {"seconds": [1]}, over=0)
    assert table.write_note("dev", "wakes", {"seconds": [300, 240]}, over=1)
    assert not table.write_note("dev", "wakes", {"seconds": [1]}, over=1)
    note = table.recall("dev").note("wakes")
    assert (note.values, note.revision) == ({"seconds": [300, 240]}, 2)


def test_the_same_note_over_the_same_revision_is_no_conflict_with_itself(table: Any) -> None:
    """A write whose answer was lost is sent again, by botocore or by the machine."""
    values = {
        "mode": "night",
        "retry_at": None,
        "nodegroups": {"primary": {"min": 2}},
        "done": False,
        "none": [],
    }
    assert table.write_note("dev", "n", values, over=0)
    assert table.write_note("dev", "n", values, over=0)
    assert table.write_note("dev", "n", {"mode": "stop"}, over=1)
    assert not table.write_note("dev", "n", values, over=0), "it was written over since"
    assert table.recall("dev").note("n").revision == 2


def test_a_note_is_deleted_at_the_revision_that_was_read_and_at_no_other(table: Any) -> None:
    table.write_note("dev", "n", {"a": 1}, over=0)
    assert not table.delete_note("dev", "n", over=2)
    assert table.delete_note("dev", "n", over=1)
    assert table.recall("dev").note("n") == Note({}, 0)
    assert table.delete_note("dev", "n", over=1), "one that is gone stays gone"
    assert table.write_note("dev", "n", {"a": 2}, over=0)


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


def test_a_fleets_member_shares_its_environments_holds_and_shared_notes_and_nothing_else(table: Any) -> None:
    table.write_note("dev", names.PAUSE_NOTE, {"by": "aoi"}, over=0)
    table.write_note("dev", "night_scaling/wakes", {"seconds": [1]}, over=0)
    table.write_note("dev/one", "night_scaling/wakes", {"seconds": [2]}, over=0)
    table.place_hold("dev", "aoi-1", {"kind": "keep_awake", "expires": NOW.isoformat()}, now=NOW)
    table.take("dev", holder=ONE, lease=LEASE, now=NOW)
    record = table.recall("dev/one")
    assert record.note(names.PAUSE_NOTE).values == {"by": "aoi"}
    assert record.note("night_scaling/wakes").values == {"seconds": [2]}
    assert [hold["id"] for hold in record.holds] == ["aoi-1"]
    assert record.lock is None
