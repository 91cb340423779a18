"""Each runbook names the rehearsal that teaches it, or says why there is none; each can be played."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from twin.rehearsal.faults import KINDS
from twin.scenarios import SCENARIOS
from twin.world.deployments import OPERATED

RUNBOOKS = sorted((Path(__file__).parents[2] / "docs" / "runbooks").glob("*.md"))
LINE = re.compile(
    r"^\*\*Rehearse\*\*: (?:`toban twin (?P<command>[^`]+)`|nothing, for \S.+\.)$", re.MULTILINE
)


@pytest.mark.parametrize("runbook", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_names_its_rehearsal(runbook: Path) -> None:
    [found] = LINE.finditer(runbook.read_text(encoding="utf-8"))

    match (found["command"] or "").split():
        case ["up", "--scenario", name]:
            assert name in SCENARIOS  # tests/unit/twin/scenarios plays every one
        case ["fault", "add", kind, environment]:
            assert kind in KINDS  # tests/unit/twin/rehearsal plays every one
            assert environment in OPERATED
        case other:
            assert other == []
