"""The committed boards are the built ones, and Prometheus answers each of their queries, not empty."""

import subprocess
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from tests.cluster import debian
from tests.cluster.monitoring.alert_data import (
    API,
    APP,
    CASES,
    DEPLOYMENT,
    DUE,
    HPA,
    answers,
    bucket,
    workload,
)
from tests.cluster.monitoring.test_alerts import RULES
from toban.dashboards.boards import ALL, Board
from toban.dashboards.build import FOLDER, built

QUERIES = {
    f"{board.name}: {panel.title}: {legend or query}": query
    for board in ALL
    for panel in board.panels
    for legend, query in panel.queries.items()
}
DATABASE = {"datname": "taskmanager"}
CONNECTIONS = {**DATABASE, "state": "active"}
BUDGET = {**APP, "poddisruptionbudget": "api-service"}
WEEK = (
    CASES["ApiErrorRateHigh"][0]
    | {bucket("0.5"): DUE, bucket("+Inf"): DUE, answers("404"): DUE}
    | {f"http_requests_in_flight{{{API}}}": "3x300", f"db_pool_in_use{{{API}}}": "2x300"}
    | {f'rate_limited_total{{{API},limit="user"}}': "0+1x300"}
    | workload("worker_queue_age_seconds", "1x300", **APP)
    | workload("kube_node_status_condition", "1x300", node="n1", condition="Ready", status="true")
    | workload("kube_node_info", "1x300", node="n1")
    | workload("kube_node_spec_unschedulable", "0x300", node="n1")
    | workload("kube_pod_status_phase", "1x300", **APP, phase="Running")
    | workload("node_cpu_seconds_total", "0+30x300", instance="n1", cpu="0", mode="idle")
    | workload("node_memory_MemAvailable_bytes", "50x300", instance="n1")
    | workload("node_memory_MemTotal_bytes", "100x300", instance="n1")
    | workload("node_network_receive_bytes_total", "0+1000x300", instance="n1")
    | workload("node_network_transmit_bytes_total", "0+1000x300", instance="n1")
    | workload("kube_deployment_status_replicas_available", "3x300", **DEPLOYMENT)
    | workload("kube_deployment_spec_replicas", "3x300", **DEPLOYMENT)
    | workload("kube_horizontalpodautoscaler_spec_min_replicas", "3x300", **HPA)
    | workload("kube_horizontalpodautoscaler_spec_max_replicas", "10x300", **HPA)
    | workload("kube_poddisruptionbudget_status_pod_disruptions_allowed", "1x300", **BUDGET)
    | workload("pg_stat_activity_count", "9x300", **CONNECTIONS)
    | workload("pg_stat_database_xact_commit", "0+60x300", **DATABASE)
    | workload("pg_stat_database_xact_rollback", "0+1x300", **DATABASE)
    | workload("pg_stat_statements_seconds_total", "0+1x300", **DATABASE)
    | workload("pg_stat_statements_calls_total", "0+60x300", **DATABASE)
    | workload("pg_long_running_transactions_oldest_timestamp_seconds", "5x300")
    | workload("redis_up", "1x300", job="redis-exporter")
    | workload("velero_backup_last_successful_timestamp", "0+60x300", schedule="objects-hourly")
)
"""One series at least of every name that a board asks for, as its exporter names it."""


@pytest.mark.parametrize("board", ALL, ids=lambda board: board.name)
def test_a_committed_board_is_the_built_one(board: Board) -> None:
    committed = (FOLDER / f"{board.name}.json").read_text(encoding="utf-8")

    assert committed == built(board), "run `python -m toban.dashboards.build`"


def test_no_board_outlives_its_description() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {board.name for board in ALL}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_is_promql(query: str) -> None:
    assert promql_parser.parse(query)


def answered(queries: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    test: dict[str, Any] = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in WEEK.items()],
        "promql_expr_test": [
            {
                "expr": f"count({query}) > bool 0",
                "eval_time": "4h",
                "exp_samples": [{"labels": "{}", "value": 1}],
            }
            for query in queries
        ],
    }
    file = folder / "tests.yaml"
    file.write_text(
        yaml.safe_dump(
            {"rule_files": [str(each) for each in RULES], "evaluation_interval": "1m", "tests": [test]}
        )
    )
    command = [debian.program("promtool"), "test", "rules", file]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- Debian's own tool


def test_prometheus_answers_every_query_of_every_board(tmp_path: Path) -> None:
    result = answered(list(QUERIES.values()), tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr


def test_a_query_for_a_name_that_nobody_exports_would_be_noticed(tmp_path: Path) -> None:
    assert answered(["http_request_total"], tmp_path).returncode == 1
