"""The capability's page: what it shows is what the commands print, and its tables are the policy's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from functions.remediation.policy.codes import Rung, Verdict
from functions.remediation.policy.gates.all import GATES
from functions.remediation.policy.ladders.all import LADDERS
from toban.remedy import app

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/capabilities/remediation.md").read_text("utf-8")
SHOWN = re.findall(r"^\$ toban remedy (.+)\n((?:(?!\$|```).*\n)*)", PAGE, re.MULTILINE)
NUMBERS = {
    "high_cpu": 1,
    "high_memory": 2,
    "high_errors": 3,
    "low_availability": 4,
    "database_connections": 5,
    "high_latency": 6,
}


@pytest.mark.parametrize(("command", "printed"), SHOWN)
def test_each_command_of_the_page_prints_what_it_shows(
    command: str, printed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    answer = CliRunner().invoke(app, command.split())

    assert answer.exit_code == 0
    assert answer.stdout.startswith(printed)


def test_every_rung_has_its_row_with_the_ladders_that_take_it() -> None:
    rows = re.findall(r"^\| (`.+?) \| ([\d ]+) \|", PAGE, re.MULTILINE)
    said = {
        rung: {int(n) for n in ladders.split()}
        for names, ladders in rows
        for rung in re.findall(r"`(\w+)`", names)
    }
    taken: dict[str, set[int]] = {}
    for ladder, looks in LADDERS.items():
        for look in looks:
            if look.rung is not None:
                taken.setdefault(look.rung.value, set()).add(NUMBERS[ladder.value])
    # A look for more replicas scales out where there is no autoscaler.
    taken["scale_out"] = taken["raise_max_replicas"] | taken["raise_min_replicas"]
    assert said == taken
    assert {*said} == {rung.value for rung in Rung}


def test_every_gate_and_verdict_has_its_row() -> None:
    for name in [*(gate.__name__ for gate in GATES), *(verdict.value for verdict in Verdict)]:
        assert f"`{name}`" in PAGE
