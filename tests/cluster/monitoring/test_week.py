"""What Prometheus remembers is what the twin's world did, and what real exporters would have called it."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from api import metrics as api_metrics
from api.worker import metrics as worker_metrics
from toban.dashboards.history import RULES, BackfillError, Rule, backfill, read, stages
from toban.dashboards.server import Prometheus
from twin.monitoring import application
from twin.monitoring.facts import Facts
from twin.monitoring.load import BAD, ZONE
from twin.monitoring.openmetrics import Samples
from twin.monitoring.scraping import scraped
from twin.monitoring.week import Week

TOKYO = ZoneInfo("Asia/Tokyo")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def samples(week: Week) -> Samples:
    return scraped(Week(week.looks[:3]))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=TOKYO)


def look(week: Week, when: datetime) -> Facts:
    return week.looks[(when - week.begin) // MINUTE]


def value(prometheus: Prometheus, query: str, when: datetime) -> float:
    [line] = prometheus.query(query, when)
    return line.points[0][1]


@pytest.mark.parametrize("when", [at(8, 3), at(8, 12), at(9, 14, 10), at(10, 15), at(13, 3)], ids=str)
def test_what_the_twin_plays_is_what_prometheus_answers(
    prometheus: Prometheus, week: Week, when: datetime
) -> None:
    facts = look(week, when)
    api = next(each for each in facts.deployments if each.name == "api-service")
    scaled = next(each for each in facts.autoscalers if each.name == "api-service-hpa")
    answers = {
        "sum(kube_node_status_condition)": sum(node.ready for node in facts.nodes),
        'sum(kube_pod_status_phase{phase="Running"})': sum(pod.phase == "Running" for pod in facts.pods),
        'kube_deployment_spec_replicas{deployment="api-service"}': api.wanted,
        'kube_deployment_status_replicas_available{deployment="api-service"}': api.available,
        f"kube_horizontalpodautoscaler_status_current_replicas{{horizontalpodautoscaler={scaled.name!r}}}": (
            scaled.current
        ),
        'count(http_requests_in_flight{app="api-service"})': len(facts.serving("api-service")),
    }

    assert {query: value(prometheus, query, when) for query in answers} == answers


def test_the_week_has_nights_and_days_a_rush_and_a_release(week: Week) -> None:
    night, day, rush = look(week, at(8, 3)), look(week, at(8, 12)), look(week, at(10, 15))

    assert [len(each.nodes) for each in (night, day, rush)] == [3, 6, 6]
    assert [each.autoscalers[0].current for each in (night, rush)] == [3, 10]
    during = {pod.release for pod in look(week, at(9, 14, 10)).serving("api-service")}
    after = {pod.release for pod in look(week, at(9, 14, 30)).serving("api-service")}
    assert (BAD.image in during, BAD.image in after) == (True, False)


def test_prometheus_counts_the_requests_that_the_load_model_asked(prometheus: Prometheus, week: Week) -> None:
    asked = value(prometheus, "api:requests:rate5m", at(10, 15))
    by_night = value(prometheus, "api:requests:rate5m", at(8, 3))

    assert 130 < asked < 150
    assert 2.5 < by_night < 3.5


def test_the_release_and_the_rush_fire_their_alerts_and_nothing_else_fires(
    prometheus: Prometheus, week: Week
) -> None:
    fired = prometheus.query_range('ALERTS{alertstate="firing"}', week.begin, week.end, MINUTE)
    first = {
        line.labels["alertname"]: datetime.fromtimestamp(line.points[0][0], ZONE).strftime("%a %H:%M")
        for line in fired
    }

    assert first == {
        "ApiErrorRateHigh": "Wed 14:07",
        "ApiErrorBudgetBurnsFast": "Wed 14:08",
        "ApiErrorBudgetBurnsSlowly": "Wed 14:23",
        "AutoscalerAtItsLimit": "Thu 14:36",
    }
    page = (Path(__file__).resolve().parents[3] / "docs/capabilities/monitoring.md").read_text()
    told = dict(re.findall(r"`(\w+)`(?: fires)? at\s+(\d\d:\d\d)", page))
    assert told == {alert: when.split()[1] for alert, when in first.items()}


def test_the_error_budget_is_spent_by_the_release_alone(prometheus: Prometheus) -> None:
    left = "slo:api_errors:budget_remaining_ratio"

    assert value(prometheus, left, at(9, 13)) > 0.7
    assert value(prometheus, left, at(9, 15)) < 0


def test_the_apis_metrics_are_spelt_as_the_api_spells_them(samples: Samples) -> None:
    """A name, kind or label that the API does not export would leave a board empty in production."""
    api, worker = api_metrics.Metrics(), worker_metrics.Metrics()
    api.observe("/", "GET", 200, 0.1)
    for limit in ("ip", "user"):
        api.limited.labels(limit)
    for state in ("ready", "running", "dead"):
        worker.queued.labels(state)
    real = exported(api.registry) | exported(worker.registry)
    ours = {"http_requests_in_flight", "db_pool_in_use", "rate_limited_total"}
    ours |= {"http_request_duration_seconds_bucket", "worker_queue_age_seconds", "worker_queue_jobs"}
    target = {"job", "namespace", "app", "pod"}
    told = {name: labels - target for name, labels in spelt(samples).items() if name in ours}

    assert told == {name: real[name] for name in ours}
    assert api_metrics.BUCKETS == application.BUCKETS


def exported(registry: CollectorRegistry) -> dict[str, set[str]]:
    """Returns the labels of each series that a registry would tell, by its name."""
    return {sample.name: set(sample.labels) for family in registry.collect() for sample in family.samples}


def spelt(samples: Samples) -> dict[str, set[str]]:
    """Returns the labels of each series that was written, by its name."""
    found = {}
    for line in samples.lines():
        if not line.startswith("#"):
            name, _, rest = line.partition("{")
            found[name] = {pair.partition("=")[0] for pair in rest.partition("}")[0].split(",")}
    return found


def test_the_week_is_openmetrics_by_prometheus_own_parser(week: Week) -> None:
    text = "".join(scraped(Week(week.looks[:1])).lines())
    families = {family.name for family in text_string_to_metric_families(text)}

    assert {"kube_node_info", "http_request_duration_seconds", "pg_stat_database_xact_commit"} <= families


def test_no_counter_of_the_week_falls_and_a_histogram_holds_together(samples: Samples) -> None:
    values: dict[str, list[float]] = {}
    for line in "".join(samples.lines()).splitlines():
        if not line.startswith("#"):
            key, number, _ = line.rsplit(" ", 2)
            values.setdefault(key, []).append(float(number))
    counters = [
        key for key in values if key.partition("{")[0].endswith(("_total", "_count", "_bucket", "_sum"))
    ]

    assert counters
    assert [key for key in counters if values[key] != sorted(values[key])] == []
    for key in [each for each in values if 'le="+Inf"' in each]:
        count = key.replace("_bucket{", "_count{").replace(',le="+Inf"', "")
        assert values[key] == values[count]


def test_rules_are_played_after_those_that_they_read() -> None:
    order = stages(read(RULES))
    recorded: set[str] = set()
    for turn in order:
        names = {rule.record for rule in turn}
        assert not any(rule.reads(names) for rule in turn)
        recorded |= names

    assert sum(len(turn) for turn in order) == len(read(RULES))
    assert len(order) == 2


def test_rules_that_read_each_other_are_refused_by_name() -> None:
    with pytest.raises(BackfillError, match="circle: a:one, a:two"):
        stages([Rule("a:one", "a:two + 1", {}), Rule("a:two", "rate(a:one[5m])", {})])


def test_what_promtool_cannot_read_is_told_in_its_words(tmp_path: Path, week: Week) -> None:
    (tmp_path / "week.txt").write_text("this is no metric\n")

    with pytest.raises(BackfillError, match=r"promtool: .*invalid syntax"):
        backfill(tmp_path / "week.txt", tmp_path / "blocks", begin=week.begin, end=week.end)


def test_every_rule_file_is_played() -> None:
    listed = [yaml.safe_load(file.read_text())["groups"] for file in RULES]

    assert len(read(RULES)) == sum(len(group["rules"]) for groups in listed for group in groups)
