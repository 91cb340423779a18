"""The committed boards are the built ones; a real Prometheus with the twin's week answers all they ask."""

from collections.abc import Mapping
from datetime import timedelta
from math import isfinite

import promql_parser
import pytest
import yaml

from toban.dashboards.boards import ALL
from toban.dashboards.build import FOLDER, render
from toban.dashboards.history import RULES
from toban.dashboards.panels import Board, Panel
from toban.dashboards.server import Prometheus, QueryRefusedError
from twin.monitoring.week import Week

QUERIES = {
    f"{board.name}: {panel.title}: {legend or query}": query
    for board in ALL
    for panel in board.panels
    for legend, query in panel.queries.items()
}
EXPRESSIONS = " ".join(
    rule["expr"]
    for file in RULES
    for group in yaml.safe_load(file.read_text())["groups"]
    for rule in group["rules"]
)
LIMITS = [(board, panel) for board in ALL for panel in board.panels if panel.limit]


@pytest.mark.parametrize("board", ALL, ids=lambda board: board.name)
def test_a_committed_board_is_the_built_one(board: Board) -> None:
    committed = (FOLDER / f"{board.name}.json").read_text(encoding="utf-8")

    assert committed == render(board), "run `toban dashboards build`"


def test_no_board_outlives_its_description() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {board.name for board in ALL}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_is_promql(query: str) -> None:
    assert promql_parser.parse(query)


@pytest.mark.parametrize(("board", "panel"), LIMITS, ids=[f"{b.name}: {p.title}" for b, p in LIMITS])
def test_a_limit_is_the_one_at_which_an_alert_or_the_objective_speaks(board: Board, panel: Panel) -> None:
    spoken = f"{'<' if panel.low else '>'} {panel.limit:g}"

    assert spoken in EXPRESSIONS or f"vector({panel.limit:g})" in EXPRESSIONS, f"{board.name}: {spoken}"


def unanswered(prometheus: Prometheus, week: Week, queries: Mapping[str, str]) -> list[str]:
    """Names the queries to which Prometheus has no number in the whole week."""
    return [
        name
        for name, query in queries.items()
        if not any(
            isfinite(value)
            for line in prometheus.query_range(query, week.begin, week.end, timedelta(minutes=10))
            for _, value in line.points
        )
    ]


def test_prometheus_answers_every_query_of_every_board_from_the_twins_week(
    prometheus: Prometheus, week: Week
) -> None:
    assert unanswered(prometheus, week, QUERIES) == []


def test_a_query_that_matches_nothing_is_told_by_its_name(prometheus: Prometheus, week: Week) -> None:
    planted = {
        "planted: a name that nobody exports": "sum(rate(http_request_total[5m]))",
        "planted: a label that nobody has": 'kube_node_info{node="elsewhere"}',
    }

    assert unanswered(prometheus, week, QUERIES | planted) == list(planted)


def test_what_is_no_promql_is_refused_in_prometheus_words(prometheus: Prometheus, week: Week) -> None:
    with pytest.raises(QueryRefusedError, match=r"sum\(: .*parse error"):
        prometheus.query("sum(", week.end)


def test_prometheus_loads_every_rule(prometheus: Prometheus) -> None:
    names = {
        rule.get("alert") or rule["record"]
        for file in RULES
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    }
    loaded = prometheus.rules()

    assert set(loaded) == names
    assert [rule.get("lastError") for rule in loaded.values() if rule.get("lastError")] == []
