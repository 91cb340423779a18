"""Builds the boards with Grafana's own types and writes them where the manifests ship them from.

`python -m toban.dashboards.build` writes them; a test compares what is committed with what is built.
"""

from pathlib import Path
from string import ascii_uppercase
from typing import Any

from grafana_foundation_sdk.builders import dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import DataSourceRef

from toban.dashboards.boards import ALL, Board, Panel

FOLDER = Path(__file__).parents[2] / "cluster_manifests" / "platform" / "monitoring" / "config" / "dashboards"
_SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
_WIDTH, _HEIGHT = 12, 8
"""Of Grafana's grid of 24 columns: two pictures beside each other."""


def built(board: Board) -> str:
    """Returns the JSON of one board."""
    page = (
        dashboard.Dashboard(board.title)
        .uid(f"toban-{board.name.replace('_', '-')}")
        .tags(["toban"])
        .editable()
        .refresh("1m")
        .time("now-24h", "now")
        .timezone("Asia/Tokyo")
    )
    for panel in board.panels:
        page = page.with_panel(_picture(panel))
    return JSONEncoder(sort_keys=True, indent=2).encode(page.build()) + "\n"


def write(folder: Path = FOLDER) -> None:
    """Writes every board."""
    folder.mkdir(parents=True, exist_ok=True)
    for board in ALL:
        (folder / f"{board.name}.json").write_text(built(board), encoding="utf-8")


def _picture(panel: Panel) -> Any:
    made: Any = stat.Panel() if panel.single else timeseries.Panel()
    made = made.title(panel.title).unit(panel.unit).datasource(_SOURCE).span(_WIDTH).height(_HEIGHT)
    for letter, (legend, query) in zip(ascii_uppercase, panel.queries.items(), strict=False):
        made = made.with_target(prometheus.Dataquery().expr(query).legend_format(legend).ref_id(letter))
    return made


if __name__ == "__main__":
    write()
