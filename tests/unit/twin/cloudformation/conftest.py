"""A simulated account whose stored resources are there, for each test."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from twin.account import Account, simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.cloudformation.stored_resources import StoredResources

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def aws() -> Iterator[Account]:
    with (
        simulated_account() as account,
        closing(Clock(datetime(2026, 12, 7, tzinfo=UTC))) as clock,
        closing(ApiCalls(clock)) as api_calls,
    ):
        api_calls.install()
        StoredResources(api_calls)
        yield account
