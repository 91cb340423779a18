"""Builds the boards with Grafana's own types and writes them where the manifests ship them from.

`toban dashboards build` writes them; a test compares what is committed with what is built.
"""

from itertools import groupby
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models.dashboard import DataSourceRef, Threshold, ThresholdsMode

from toban.dashboards.boards import ALL, Board, Panel

FOLDER = Path(__file__).parents[2] / "cluster_manifests" / "platform" / "monitoring" / "config" / "dashboards"
_SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
_COLUMNS, _WIDTH, _HEIGHT = 24, 12, 8
"""Of Grafana's grid: two pictures beside each other."""
_NUMBER_HEIGHT = 5
"""A number needs less; those in a row share its width."""
_GOOD, _BAD = "green", "red"


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
    for single, together in groupby(board.panels, lambda panel: panel.single):
        row = list(together)
        for place, panel in enumerate(row):
            alone = place % 2 == 0 and panel is row[-1]
            page = page.with_panel(
                _number(panel, _COLUMNS // len(row))
                if single
                else _lines(panel, _COLUMNS if alone else _WIDTH)
            )
    return JSONEncoder(sort_keys=True, indent=2).encode(page.build()) + "\n"


def write(folder: Path = FOLDER) -> list[Path]:
    """Writes every board; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for board in ALL:
        files.append(folder / f"{board.name}.json")
        files[-1].write_text(built(board), encoding="utf-8")
    return files


def _number(panel: Panel, width: int) -> Any:
    made = stat.Panel().graph_mode(words.BigValueGraphMode.AREA).color_mode(words.BigValueColorMode.VALUE)
    return (
        _filled(made.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"])), panel)
        .span(width)
        .height(_NUMBER_HEIGHT)
    )


def _lines(panel: Panel, width: int) -> Any:
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(words.LegendDisplayMode.TABLE)
        .placement(words.LegendPlacement.BOTTOM)
        .calcs(["min", "max", "lastNotNull"])
    )
    made = timeseries.Panel().legend(legend).line_width(1).axis_soft_min(0)
    if len(panel.queries) == 1 and "{{" not in next(iter(panel.queries)):
        # Under many lines the fillings would mix into mud.
        made = made.fill_opacity(8)
    made = made.show_points(words.VisibilityMode.NEVER)
    if panel.limit is not None:
        style = common.GraphThresholdsStyleConfig().mode(words.GraphThresholdsStyleMode.DASHED)
        made = made.thresholds_style(style).axis_soft_max(panel.limit * 1.1)
    return _filled(made, panel).span(width).height(_HEIGHT)


def _filled(made: Any, panel: Panel) -> Any:
    made = made.title(panel.title).unit(panel.unit).datasource(_SOURCE)
    if panel.limit is not None:
        below, above = (_BAD, _GOOD) if panel.low else (_GOOD, _BAD)
        steps = [Threshold(value=None, color=below), Threshold(value=panel.limit, color=above)]
        made = made.thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    for letter, (legend, query) in zip(ascii_uppercase, panel.queries.items(), strict=False):
        made = made.with_target(prometheus.Dataquery().expr(query).legend_format(legend).ref_id(letter))
    return made
