"""Access entries say who may speak to a cluster; without one, nobody may."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError

from twin.access_entries import AccessEntries
from twin.account import simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = "arn:aws:iam::123456789012:role/toban"


@pytest.fixture
def entries() -> Iterator[AccessEntries]:
    with (
        simulated_account(),
        closing(Clock(datetime(2026, 12, 7, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as calls,
    ):
        calls.install()
        yield AccessEntries(calls)


def test_an_entry_is_made_once_read_changed_and_deleted(entries: AccessEntries) -> None:
    eks = boto3.client("eks")
    eks.create_access_entry(clusterName="c", principalArn=ROLE, kubernetesGroups=["toban:night-scaling"])
    with pytest.raises(eks.exceptions.ResourceInUseException):
        eks.create_access_entry(clusterName="c", principalArn=ROLE)

    eks.update_access_entry(clusterName="c", principalArn=ROLE, kubernetesGroups=["toban:reader"])

    assert entries.groups("c", ROLE) == ("toban:reader",)
    assert eks.list_access_entries(clusterName="c")["accessEntries"] == [ROLE]
    eks.delete_access_entry(clusterName="c", principalArn=ROLE)
    assert entries.groups("c", ROLE) is None


@pytest.mark.usefixtures("entries")
def test_an_unknown_entry_is_an_error_as_on_aws() -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        boto3.client("eks").describe_access_entry(clusterName="c", principalArn=ROLE)
