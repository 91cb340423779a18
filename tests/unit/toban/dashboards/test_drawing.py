"""The renderer draws what our boards use, writes values as people read them, and refuses the rest by name."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toban.dashboards.drawing import NotDrawnError, draw
from toban.dashboards.drawing.scales import Axes, Box, bounds, ticks
from toban.dashboards.drawing.timeseries import path
from toban.dashboards.drawing.units import UNITS, written
from toban.dashboards.server import Series

BEGIN, STEP = datetime(2026, 12, 7, 3, tzinfo=UTC), timedelta(minutes=10)
END = BEGIN + timedelta(days=2)
FIRST = BEGIN.timestamp()
LINES: dict[str, Any] = {
    "type": "timeseries",
    "title": "Share of 5xx",
    "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
    "fieldConfig": {
        "defaults": {
            "unit": "percentunit",
            "custom": {"axisSoftMin": 0, "axisSoftMax": 0.06, "thresholdsStyle": {"mode": "dashed"}},
            "thresholds": {
                "steps": [{"color": "green", "value": None}, {"color": "red", "value": 0.05}],
            },
        },
        "overrides": [],
    },
    "options": {"legend": {"calcs": ["min", "max", "lastNotNull"]}},
    "targets": [{"expr": "errors", "legendFormat": "of {{app}}"}],
}
NUMBER: dict[str, Any] = {
    "type": "stat",
    "title": "Availability",
    "gridPos": {"x": 12, "y": 0, "w": 12, "h": 5},
    "fieldConfig": {
        "defaults": {
            "unit": "percentunit",
            "thresholds": {"steps": [{"color": "red", "value": None}, {"color": "green", "value": 0.999}]},
        },
        "overrides": [],
    },
    "targets": [{"expr": "available", "legendFormat": ""}],
}
SPANS: dict[str, Any] = {
    "type": "state-timeline",
    "title": "Alerts that fire",
    "gridPos": {"x": 0, "y": 8, "w": 24, "h": 6},
    "fieldConfig": {
        "defaults": {
            "custom": {"fillOpacity": 80},
            "thresholds": {
                "steps": [{"color": "transparent", "value": None}, {"color": "red", "value": 1}],
            },
        },
        "overrides": [],
    },
    "options": {"rowHeight": 0.6},
    "targets": [{"expr": "alerts", "legendFormat": "{{alertname}}"}],
}
ANSWERS = {
    "alerts": [
        Series(
            {"alertname": "Loud"}, [(FIRST + 600 * at, float(20 <= at < 30 or at == 90)) for at in range(200)]
        ),
        Series({"alertname": "Quiet"}, [(FIRST + 600 * at, 0) for at in range(200)]),
    ],
    "errors": [Series({"app": "api"}, [(FIRST + 600 * at, 0.01 * (at % 4)) for at in range(200)])],
    "available": [Series({}, [(FIRST, 0.9999), (FIRST + 600, 0.9971)])],
    "many": [Series({"app": f"a{n}"}, [(FIRST, n), (FIRST + 600, n)]) for n in range(9)],
}


def drawn(*panels: dict[str, Any]) -> str:
    board = {"title": "Ours & theirs", "timezone": "Asia/Tokyo", "panels": list(panels)}
    return draw(board, lambda query: ANSWERS.get(query, []), begin=BEGIN, end=END, step=STEP)


def words(picture: str) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314 -- our own picture
    return [each.text or "" for each in root.iter("{http://www.w3.org/2000/svg}text")]


def changed(panel: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**deepcopy(panel), **fields}


def test_a_picture_says_what_each_panel_shows_and_when() -> None:
    told = words(drawn(LINES, NUMBER))

    assert {"Ours & theirs", "Share of 5xx", "Availability"} <= set(told)
    assert "Mon 7 Dec 12:00 to Wed 9 Dec 12:00 2026, Asia/Tokyo" in told
    assert {"Tue 8", "Wed 9"} <= set(told), "its days"
    assert {"0", "2%", "4%", "6%"} <= set(told), "its axis"
    assert told[told.index("of api") :][:3] == ["of api", "0%", "3%"], "its legend"


def test_the_same_answers_give_the_same_bytes() -> None:
    assert drawn(LINES, NUMBER) == drawn(LINES, NUMBER)


def test_a_threshold_is_a_dashed_line() -> None:
    without = deepcopy(LINES)
    del without["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"]

    assert drawn(LINES).count("stroke-dasharray") == 1
    assert drawn(without).count("stroke-dasharray") == 0


def test_a_number_has_the_colour_of_the_threshold_that_it_reached() -> None:
    picture = drawn(NUMBER)

    assert "99.71%" in words(picture)
    assert "#f2495c" in picture
    assert "#73bf69" not in picture


def test_a_legend_too_long_says_how_many_it_leaves_out() -> None:
    told = words(drawn(changed(LINES, targets=[{"expr": "many", "legendFormat": "{{app}}"}])))

    assert "and 5 more" in told
    assert told.count("Max") == 1


def test_a_legend_may_be_ordered_by_what_its_lines_reached() -> None:
    panel = changed(LINES, targets=[{"expr": "many", "legendFormat": "{{app}}"}])
    panel["options"]["legend"] |= {"sortBy": "Max", "sortDesc": True}
    told = words(drawn(panel))

    assert [word for word in told if word.startswith("a") and len(word) == 2] == ["a8", "a7", "a6", "a5"]


def test_spans_are_drawn_where_the_threshold_was_reached_and_nowhere_else() -> None:
    picture = drawn(SPANS)
    root = ET.fromstring(picture)  # noqa: S314 -- our own picture
    red = [
        (float(each.get("x", "")), float(each.get("width", "")))
        for each in root.iter("{http://www.w3.org/2000/svg}rect")
        if each.get("fill") == "#f2495c"
    ]
    [begin, width], [moment, thin] = red

    assert {"Loud", "Quiet"} <= set(words(picture))
    assert width == pytest.approx((moment - begin) / 70 * 10, rel=0.05), (
        "ten steps of the seventy between them"
    )
    assert thin >= 2, "a moment is seen"


def test_an_axis_may_be_logarithmic_above_one() -> None:
    panel = changed(LINES, targets=[{"expr": "many", "legendFormat": "{{app}}"}])
    defaults = panel["fieldConfig"]["defaults"]
    defaults["unit"] = "short"
    defaults["custom"] = {
        "axisSoftMin": 0,
        "axisSoftMax": 200,
        "scaleDistribution": {"type": "symlog", "log": 10, "linearThreshold": 1},
    }

    assert {"0", "1", "10", "100"} <= set(words(drawn(panel)))
    defaults["custom"]["scaleDistribution"]["type"] = "log"
    with pytest.raises(NotDrawnError, match="a scale of type log"):
        drawn(panel)


@pytest.mark.parametrize("panel", [LINES, NUMBER, SPANS], ids=["lines", "number", "spans"])
def test_an_empty_answer_is_said_in_the_picture(panel: dict[str, Any]) -> None:
    assert "no data" in words(drawn(changed(panel, targets=[{"expr": "nothing"}])))


def test_an_unknown_type_of_panel_is_refused_by_name() -> None:
    with pytest.raises(NotDrawnError, match='Ours & theirs: panel "Share of 5xx" is of type heatmap'):
        drawn(changed(LINES, type="heatmap"))


@pytest.mark.parametrize(
    ("where", "key", "named"),
    [
        (("fieldConfig", "defaults"), "mappings", "sets mappings"),
        (("fieldConfig", "defaults", "custom"), "stacking", "sets stacking"),
        (("fieldConfig",), "overrides", "sets overrides"),
        ((), "transformations", "sets transformations"),
    ],
)
def test_what_would_be_left_out_is_refused_by_name(where: tuple[str, ...], key: str, named: str) -> None:
    panel = deepcopy(LINES)
    place = panel
    for step in where:
        place = place[step]
    place[key] = [{"id": "x"}]

    with pytest.raises(NotDrawnError, match=named):
        drawn(panel)


def test_an_unknown_unit_is_refused_by_name() -> None:
    panel = deepcopy(LINES)
    panel["fieldConfig"]["defaults"]["unit"] = "furlongs"

    with pytest.raises(NotDrawnError, match="unit furlongs"):
        drawn(panel)


def test_a_line_is_open_where_points_are_missing() -> None:
    axes = Axes(Box(0, 0, 100, 100), 0, 100, 0, 1)

    assert path([(0, 0), (10, 1), (20, 0), (60, 0), (70, 1)], axes, 10).count("M") == 2
    assert path([(0, 0), (10, 1), (20, 0)], axes, 10) == "M0 100L10 0L20 100"


def test_a_flat_line_keeps_its_ends_and_a_lone_point_is_seen() -> None:
    axes = Axes(Box(0, 0, 100, 100), 0, 100, 0, 1)

    assert path([(at, 0.5) for at in range(0, 100, 10)], axes, 10) == "M0 50L90 50"
    assert path([(50, 0.5)], axes, 10) == "M50 50L51 50"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.00012, "s", "0.12 ms"),
        (0.488, "s", "488 ms"),
        (83, "s", "1.38 min"),
        (86_000, "s", "23.9 h"),
        (0.99971, "percentunit", "99.971%"),
        (0.0523, "percentunit", "5.23%"),
        (-1.5, "percentunit", "-150%"),
        (0, "percentunit", "0%"),
        (145, "reqps", "145 req/s"),
        (978_000, "Bps", "978 kB/s"),
        (1234, "short", "1.23 K"),
        (10, "short", "10"),
        (float("nan"), "s", "no data"),
    ],
)
def test_a_value_is_written_as_a_person_reads_it(value: float, unit: str, said: str) -> None:
    assert written(value, unit) == said


numbers = st.floats(-1e7, 1e7).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(st.lists(numbers, min_size=1, max_size=20), st.sampled_from(sorted(UNITS)))
def test_an_axis_holds_every_value_and_has_few_rules_within_it(values: list[float], unit: str) -> None:
    low, high = bounds(values, soft_min=0, soft_max=None)
    marks = [value for value, _ in ticks(low, high, unit)]
    room = (high - low) * 1e-6

    assert low <= min(values) <= max(values) <= high
    assert 2 <= len(marks) <= 9
    assert all(low - room <= mark <= high + room for mark in marks)
    assert marks == sorted(marks)
