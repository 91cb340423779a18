"""A lock's lease outlasts the longest silence of every machine: no living run loses its lock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from functions.runs.policy.deadlines import LEASE
from toban.machines import check
from toban.machines.durations import longest_silence

if TYPE_CHECKING:
    from pathlib import Path

MACHINES = check.machines()


@pytest.mark.parametrize("machine", MACHINES, ids=[path.name for path in MACHINES])
def test_the_lease_outlasts_a_step_its_wait_and_every_try_of_the_next(machine: Path) -> None:
    definition = json.loads(machine.read_text(encoding="utf-8"))
    assert longest_silence(definition) < LEASE


def test_the_lease_is_not_longer_than_it_has_to_be() -> None:
    silences = [longest_silence(json.loads(path.read_text(encoding="utf-8"))) for path in MACHINES]
    assert max(silences) > LEASE / 2
