"""A clock for each test, open as long as the test runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.twin.clock.instants import START
from twin.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock(START)
    yield clock
    clock.close()
