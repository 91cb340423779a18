"""What each board shows: the design's four, and one for the control plane."""

from __future__ import annotations

from toban.dashboards.panels import Board, Panel

_API = 'namespace="app-production",app="api-service"'


def _number(title: str, unit: str, query: str, *, at_least: float | None = None) -> Panel:
    return Panel(title, unit, {"": query}, form="number", limit=at_least, low=at_least is not None)


CLUSTER = Board(
    "cluster",
    "Cluster overview",
    (
        _number("Nodes", "short", 'sum(kube_node_status_condition{condition="Ready",status="true"})'),
        _number("Pods", "short", 'sum(kube_pod_status_phase{phase="Running"})'),
        Panel("CPU used", "percentunit", {"{{instance}}": "node:cpu:used_ratio"}, limit=0.8),
        Panel("Memory used", "percentunit", {"{{instance}}": "node:memory:used_ratio"}, limit=0.85),
        Panel(
            "Network",
            "Bps",
            {
                "in": "sum(rate(node_network_receive_bytes_total[5m]))",
                "out": "sum(rate(node_network_transmit_bytes_total[5m]))",
            },
        ),
        Panel(
            "Ready replicas",
            "short",
            {"{{deployment}}": 'kube_deployment_status_replicas_available{namespace="app-production"}'},
        ),
    ),
)
APPLICATION = Board(
    "application",
    "Application",
    (
        Panel("Requests", "reqps", {"all": "api:requests:rate5m"}),
        Panel("Share of 5xx", "percentunit", {"errors": "api:errors:ratio_rate3m"}, limit=0.05),
        Panel(
            "Response time",
            "s",
            {f"p{q}": f"api:latency_seconds:p{q}" for q in (50, 95, 99)},
            limit=0.5,
        ),
        Panel("Active connections", "short", {"in flight": f"sum(http_requests_in_flight{{{_API}}})"}),
        Panel(
            "Refused by a limit",
            "reqps",
            {"{{limit}}": f"sum by (limit) (rate(rate_limited_total{{{_API}}}[5m]))"},
        ),
        Panel(
            "Oldest due job",
            "s",
            {"age": 'max(worker_queue_age_seconds{namespace="app-production"})'},
            limit=300,
        ),
    ),
)
DATABASE = Board(
    "database",
    "Database",
    (
        Panel(
            "Connections",
            "short",
            {
                "all": 'sum(pg_stat_activity_count{datname="taskmanager"})',
                "{{state}}": 'sum by (state) (pg_stat_activity_count{datname="taskmanager"})',
            },
            limit=80,
        ),
        Panel(
            "Pool lent out, of 8 a pod",
            "short",
            {"busiest pod": f"max(db_pool_in_use{{{_API}}})", "mean": f"avg(db_pool_in_use{{{_API}}})"},
        ),
        Panel(
            "Transactions a second",
            "short",
            {
                "commits": 'rate(pg_stat_database_xact_commit{datname="taskmanager"}[5m])',
                "rollbacks": 'rate(pg_stat_database_xact_rollback{datname="taskmanager"}[5m])',
            },
        ),
        Panel(
            "Mean time of a statement",
            "s",
            {
                "mean": "sum(rate(pg_stat_statements_seconds_total[5m]))"
                " / sum(rate(pg_stat_statements_calls_total[5m]))"
            },
        ),
        Panel(
            "Slow: longest transaction",
            "s",
            {"oldest": "max(pg_long_running_transactions_oldest_timestamp_seconds)"},
        ),
        Panel("Cache", "short", {"redis up": 'redis_up{job="redis-exporter"}'}),
    ),
)
SLO = Board(
    "slo",
    "SLI and SLO",
    (
        _number("Availability, 3 days", "percentunit", "1 - slo:api_errors:ratio_rate3d", at_least=0.999),
        _number("Objective", "percentunit", "slo:api_availability:objective_ratio"),
        _number(
            "Error budget left, 3 days", "percentunit", "slo:api_errors:budget_remaining_ratio", at_least=0
        ),
        Panel(
            "Burn rate",
            "short",
            {window: f"slo:api_errors:ratio_rate{window} / 0.001" for window in ("5m", "1h", "6h", "1d")},
            limit=14.4,
            logarithmic=True,
        ),
        Panel("Latency", "s", {"p95": "api:latency_seconds:p95"}, limit=0.5),
        Panel(
            "Alerts that fire",
            "short",
            # Zero while an alert of the week is silent: a gap would be read as the last value.
            {
                "{{alertname}}": 'count by (alertname) (ALERTS{alertstate="firing"})'
                " or 0 * group by (alertname) (last_over_time(ALERTS[7d]))"
            },
            form="spans",
        ),
    ),
)
CONTROL_PLANE = Board(
    "control_plane",
    "Control plane",
    (
        Panel("Nodes, day and night", "short", {"nodes": "count(kube_node_info)"}),
        Panel(
            # A drain cordons for a minute or two, which a coarse step would miss.
            "Cordoned nodes, most in 10 minutes",
            "short",
            {"cordoned": "max_over_time(sum(kube_node_spec_unschedulable)[10m:1m])"},
        ),
        Panel(
            "Replicas asked for",
            "short",
            {"{{deployment}}": 'kube_deployment_spec_replicas{namespace="app-production"}'},
        ),
        Panel(
            "Autoscaler bounds",
            "short",
            {
                "least {{horizontalpodautoscaler}}": "kube_horizontalpodautoscaler_spec_min_replicas",
                "most {{horizontalpodautoscaler}}": "kube_horizontalpodautoscaler_spec_max_replicas",
            },
        ),
        Panel(
            "Pods a drain may take now",
            "short",
            {"{{poddisruptionbudget}}": "kube_poddisruptionbudget_status_pod_disruptions_allowed"},
        ),
        Panel(
            "Age of the last backup",
            "s",
            {"{{schedule}}": "time() - max by (schedule) (velero_backup_last_successful_timestamp)"},
        ),
    ),
)
ALL = (CLUSTER, APPLICATION, DATABASE, SLO, CONTROL_PLANE)
