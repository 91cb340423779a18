"""Databases stop and start in minutes, refuse what RDS refuses, and come back by themselves after a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.unit.twin.world.conftest import Yard

NAME = "taskmanager-dev"


def status(yard: Yard) -> str:
    found: str = yard.rds.describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0][
        "DBInstanceStatus"
    ]
    return found


def test_stopping_and_starting_take_minutes(yard: Yard) -> None:
    yard.rds.stop_db_instance(DBInstanceIdentifier=NAME)
    assert status(yard) == "stopping"
    yard.run(minutes=11)
    assert status(yard) == "stopped"
    yard.rds.start_db_instance(DBInstanceIdentifier=NAME)
    assert status(yard) == "starting"
    yard.run(minutes=16)
    assert status(yard) == "available"


def test_a_stopped_database_is_started_by_rds_after_seven_days(yard: Yard) -> None:
    yard.rds.stop_db_instance(DBInstanceIdentifier=NAME)
    yard.run(days=7)
    assert status(yard) == "stopped"
    yard.run(minutes=30)
    assert status(yard) == "available"
    assert any("seven days" in entry[3] for entry in yard.log)


def test_what_is_stopping_cannot_be_started_or_stopped(yard: Yard) -> None:
    yard.rds.stop_db_instance(DBInstanceIdentifier=NAME)
    for call in (yard.rds.start_db_instance, yard.rds.stop_db_instance):
        with pytest.raises(ClientError, match="InvalidDBInstanceState"):
            call(DBInstanceIdentifier=NAME)


def test_a_database_that_was_started_in_time_is_not_started_again(yard: Yard) -> None:
    yard.rds.stop_db_instance(DBInstanceIdentifier=NAME)
    yard.run(days=1)
    yard.rds.start_db_instance(DBInstanceIdentifier=NAME)
    yard.run(days=8)
    assert not [entry for entry in yard.log if "seven days" in entry[3]]


def test_an_unknown_database_is_not_found(yard: Yard) -> None:
    with pytest.raises(ClientError, match="DBInstanceNotFound"):
        yard.rds.describe_db_instances(DBInstanceIdentifier="other")
