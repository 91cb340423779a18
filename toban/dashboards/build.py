"""Builds the boards with Grafana's own types and writes them where the manifests ship them from.

`toban dashboards build` writes them; a test compares what is committed with what is built.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, statetimeline, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models.dashboard import DataSourceRef, Threshold, ThresholdsMode

from toban.dashboards.boards import ALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from toban.dashboards.panels import Board, Panel

FOLDER = Path(__file__).parents[2] / "cluster_manifests" / "platform" / "monitoring" / "config" / "dashboards"
_SOURCE = DataSourceRef(type_val="prometheus", uid="prometheus")
_COLUMNS, _WIDTH, _HEIGHT = 24, 12, 8
"""Of Grafana's grid: two pictures beside each other."""
_NUMBER_HEIGHT = 5
"""A number needs less; those in a row share its width."""
_SPANS_HEIGHT = 6
_GOOD, _BAD, _NOTHING = "green", "red", "transparent"


def render(board: Board) -> str:
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
    for numbers, together in groupby(board.panels, lambda panel: panel.form == "number"):
        row = list(together)
        for place, panel in enumerate(row):
            alone = place % 2 == 0 and panel is row[-1]
            width = _COLUMNS // len(row) if numbers else _COLUMNS if alone else _WIDTH
            page = page.with_panel(_FORMS[panel.form](panel).span(width))
    return JSONEncoder(sort_keys=True, indent=2).encode(page.build()) + "\n"


def write(folder: Path = FOLDER) -> list[Path]:
    """Writes every board; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for board in ALL:
        files.append(folder / f"{board.name}.json")
        files[-1].write_text(render(board), encoding="utf-8")
    return files


def _number(panel: Panel) -> Any:
    made = stat.Panel().graph_mode(words.BigValueGraphMode.AREA).color_mode(words.BigValueColorMode.VALUE)
    made = made.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    return _filled(made, panel).height(_NUMBER_HEIGHT)


def _lines(panel: Panel) -> Any:
    legend = (
        common.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(words.LegendDisplayMode.TABLE)
        .placement(words.LegendPlacement.BOTTOM)
        .calcs(["min", "max", "lastNotNull"])
    )
    made = timeseries.Panel().line_width(1).axis_soft_min(0).show_points(words.VisibilityMode.NEVER)
    if "{{" in "".join(panel.queries):
        # Nobody knows how many there will be: the greatest stand first.
        legend = legend.sort_by("Max").sort_desc(sort_desc=True)
    elif len(panel.queries) == 1:
        # Under many lines the fillings would mix into mud.
        made = made.fill_opacity(8)
    if panel.limit is not None:
        style = common.GraphThresholdsStyleConfig().mode(words.GraphThresholdsStyleMode.DASHED)
        made = made.thresholds_style(style).axis_soft_max(panel.limit * 1.1)
    if panel.logarithmic:
        scale = common.ScaleDistributionConfig().type(words.ScaleDistribution.SYMLOG)
        made = made.scale_distribution(scale.log(10).linear_threshold(1))
    return _filled(made.legend(legend), panel).height(_HEIGHT)


def _spans(panel: Panel) -> Any:
    legend = common.VizLegendOptions().show_legend(show_legend=False)
    made = statetimeline.Panel().legend(legend).show_value(words.VisibilityMode.NEVER).row_height(0.6)
    steps = [Threshold(value=None, color=_NOTHING), Threshold(value=1, color=_BAD)]
    made = made.thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    return _filled(made.merge_values(merge_values=True).fill_opacity(80), panel).height(_SPANS_HEIGHT)


def _filled(made: Any, panel: Panel) -> Any:
    made = made.title(panel.title).unit(panel.unit).datasource(_SOURCE)
    if panel.limit is not None:
        below, above = (_BAD, _GOOD) if panel.low else (_GOOD, _BAD)
        steps = [Threshold(value=None, color=below), Threshold(value=panel.limit, color=above)]
        made = made.thresholds(dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps))
    for letter, (legend, query) in zip(ascii_uppercase, panel.queries.items(), strict=False):
        made = made.with_target(prometheus.Dataquery().expr(query).legend_format(legend).ref_id(letter))
    return made


_FORMS: dict[str, Callable[[Panel], Any]] = {"lines": _lines, "number": _number, "spans": _spans}
