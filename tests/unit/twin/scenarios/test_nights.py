"""Each different night, played whole: real template, machine and handlers; what is expected of it holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin.play import play
from twin.report.picture import picture
from twin.scenarios.clock_changes import CLOCK_CHANGES
from twin.scenarios.nights import NIGHTS

ROOT = Path(__file__).resolve().parents[4]
DIFFERENT = {scenario.name: scenario for scenario in (*NIGHTS, *CLOCK_CHANGES)}


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_different_night_goes_as_it_should(name: str) -> None:
    played = play(DIFFERENT[name], template=ROOT / "template.yaml")

    drawn = ROOT / "docs/images/nights" / f"{name}.svg"
    assert picture(played.story) == drawn.read_text(encoding="utf-8"), (
        f"the docs show another night: toban twin run {name} --picture {drawn.relative_to(ROOT)}"
    )
    assert [
        f"{verdict.sentence} {verdict.seen}" for verdict in played.story.verdicts if not verdict.held
    ] == []
