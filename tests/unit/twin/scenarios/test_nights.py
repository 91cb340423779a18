"""Each different night, played whole: real template, machine and handlers; what is expected of it holds."""

from pathlib import Path

import pytest

from twin.playing import play
from twin.report.picture import picture
from twin.scenarios.nights import NIGHTS

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("name", [scenario.name for scenario in NIGHTS])
def test_a_different_night_goes_as_it_should(name: str) -> None:
    scenario = next(one for one in NIGHTS if one.name == name)

    played = play(scenario, template=ROOT / "template.yaml")

    drawn = ROOT / "docs/images/nights" / f"{name}.svg"
    assert picture(played.story) == drawn.read_text(encoding="utf-8"), (
        f"the docs show another night: toban twin run {name} --picture {drawn.relative_to(ROOT)}"
    )
    assert [f"{one.sentence} {one.seen}" for one in played.story.verdicts if not one.held] == []
