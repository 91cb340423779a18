"""What the exporters of PostgreSQL, Redis, Velero and the kubelet would tell.

Whether the database is up is the twin's; the rest is the load model's, backups by platform/backup's cron.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.facts import LOOK_S

if TYPE_CHECKING:
    from twin.monitoring.facts import Facts
    from twin.monitoring.openmetrics import Samples

_POSTGRES = 'job="postgres-exporter",datname="taskmanager"'
_STATEMENTS, _STATEMENT_S = 3.2, 0.0018
"""Statements of one request, and the seconds of one while nobody hurries."""
_REPORT = (timedelta(hours=3, minutes=2), timedelta(minutes=9))
"""The nightly report's long transaction: from which local time, and how long."""
_HOURLY, _DAILY = 17, (19, 30)
"""Minute of the hourly backup, and the daily one's UTC time: the schedules of platform/backup."""
_BACKUP_TAKES = timedelta(minutes=3)


def stores(samples: Samples, facts: Facts) -> None:
    """Exposes PostgreSQL and Redis; a database that is not there answers nothing but that."""
    for pod in facts.serving("api-service"):
        samples.gauge(
            "redis_up", f'job="pods",namespace="app-production",app="api-service",pod="{pod.name}"', 1
        )
    samples.gauge("redis_up", 'job="redis-exporter"', 1)
    samples.gauge("pg_up", 'job="postgres-exporter"', int(facts.database))
    if not facts.database:
        return
    rps = load.requests_per_second(facts.at)
    pods = len(facts.serving("api-service"))
    active = round(1 + rps * 0.04)
    idle = max(load.connections(rps, pods) - active, 0)
    for state, count in (("active", active), ("idle", idle), ("idle in transaction", round(rps * 0.01))):
        samples.gauge("pg_stat_activity_count", f'{_POSTGRES},state="{state}"', count)
    samples.counter("pg_stat_database_xact_commit", _POSTGRES, rps * 1.4 * LOOK_S)
    samples.counter("pg_stat_database_xact_rollback", _POSTGRES, rps * 0.02 * LOOK_S)
    calls = rps * _STATEMENTS * LOOK_S
    slower = 1 + (rps / (2 * load.BUSY_RPS)) ** 2 + 0.05 * load.ripple(facts.at, 2)
    samples.counter("pg_stat_statements_calls_total", _POSTGRES, calls)
    samples.counter("pg_stat_statements_seconds_total", _POSTGRES, calls * _STATEMENT_S * slower, whole=False)
    samples.gauge(
        "pg_long_running_transactions_oldest_timestamp_seconds",
        'job="postgres-exporter"',
        _oldest_s(facts.at),
    )


def _oldest_s(at: datetime) -> float:
    local = at.astimezone(load.ZONE)
    since = timedelta(hours=local.hour, minutes=local.minute) - _REPORT[0]
    if timedelta() <= since < _REPORT[1]:
        return since.total_seconds() + 5
    return round(0.4 + 0.3 * load.ripple(at, 3), 2)


def backups(samples: Samples, facts: Facts) -> None:
    """Exposes when each of Velero's schedules last ended well."""
    done = facts.at - _BACKUP_TAKES
    hourly = done.replace(minute=_HOURLY, second=0)
    daily = done.replace(hour=_DAILY[0], minute=_DAILY[1], second=0)
    hourly -= timedelta(hours=hourly > done)
    daily -= timedelta(days=daily > done)
    for schedule, last in (("objects-hourly", hourly), ("everything-daily", daily)):
        ended = (last + _BACKUP_TAKES).timestamp()
        samples.gauge(
            "velero_backup_last_successful_timestamp",
            f'job="pods",namespace="velero",schedule="{schedule}"',
            ended,
        )


def volumes(samples: Samples, facts: Facts) -> None:
    """Exposes how full Prometheus's own volumes are: they grow by what fifteen days take of them."""
    size = 50 * 2**30
    days = facts.at.timestamp() / 86400 % 15
    for claim in ("data-prometheus-0", "data-prometheus-1"):
        named = f'job="kubelet",namespace="monitoring",persistentvolumeclaim="{claim}"'
        samples.gauge("kubelet_volume_stats_capacity_bytes", named, size)
        samples.gauge("kubelet_volume_stats_available_bytes", named, round(size * (0.7 - 0.01 * days)))
