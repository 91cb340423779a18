"""The docs' pictures are what the boards draw from the twin's week today."""

import os
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import urllib3

from toban.dashboards.boards import ALL
from toban.dashboards.panels import Board
from toban.dashboards.pictures import draw_boards
from toban.dashboards.server import Prometheus
from twin.monitoring.week import Week

PICTURES = Path(__file__).resolve().parents[3] / "docs" / "images" / "dashboards"
DRAWN_BY = ("linux", "2.")
"""Another system's last digit differs, and Prometheus 3 counts a range's edge: lines move by a pixel."""


def test_a_picture_is_there_for_every_board_and_for_nothing_else() -> None:
    assert {path.name for path in PICTURES.iterdir()} == {f"{board.name}.svg" for board in ALL}


@pytest.fixture(scope="module")
def drawn(prometheus: Prometheus, week: Week, tmp_path_factory: pytest.TempPathFactory) -> Path:
    version = urllib3.request("GET", f"{prometheus.url}/api/v1/status/buildinfo").json()["data"]["version"]
    alike = sys.platform == DRAWN_BY[0] and version.startswith(DRAWN_BY[1])
    if not alike and os.environ.get("CI") != "true":
        pytest.skip(f"the pictures are Prometheus 2's on Linux, and this is {version} on {sys.platform}")
    folder = tmp_path_factory.mktemp("drawn") / "new"
    draw_boards(folder, prometheus, week.begin, week.end)
    return folder


@pytest.mark.parametrize("board", ALL, ids=lambda board: board.name)
def test_a_committed_picture_is_the_one_drawn_today(drawn: Path, board: Board) -> None:
    committed, today = ((folder / f"{board.name}.svg").read_bytes() for folder in (PICTURES, drawn))

    alike = committed == today  # pytest would take minutes to say where two such files differ
    assert alike, "run `toban dashboards draw`"


@pytest.mark.parametrize("board", ALL, ids=lambda board: board.name)
def test_a_picture_has_every_panel_its_axes_and_data(board: Board) -> None:
    root = ET.parse(PICTURES / f"{board.name}.svg").getroot()  # noqa: S314 -- our own picture
    words = {each.text for each in root.iter("{http://www.w3.org/2000/svg}text")}

    assert {panel.title for panel in board.panels} <= words
    assert {"Tue 8", "Mon 14", "Min", "Max", "Last"} <= words
    assert "no data" not in words
