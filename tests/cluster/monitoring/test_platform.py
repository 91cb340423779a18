"""The monitoring: fifteen days on disk, never drained whole, heard by people, and fed by all it asks."""

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.monitoring.test_alerts import ALERTS, FOLDER, RULES
from toban.manifests import rendering

Object = dict[str, Any]
CHARTS = FOLDER.parent / "charts" / "values"
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@pytest.fixture(scope="module")
def prod() -> dict[tuple[str, str], Object]:
    objects = rendering.render(rendering.ROOT / "overlays" / "prod")
    return {
        (each["kind"], each["metadata"]["name"]): each
        for each in objects
        if each["metadata"].get("namespace") in {"monitoring", "app-production"}
    }


def duration(text: str) -> timedelta:
    number, unit = re.fullmatch(r"(\d+)([smhd])", text).groups()  # type: ignore[union-attr] # it is one
    return timedelta(**{UNITS[unit]: int(number)})


def argument(container: Object, name: str) -> str:
    [value] = [word.partition("=")[2] for word in container["args"] if word.startswith(f"--{name}=")]
    return str(value)


def expressions() -> Iterable[str]:
    for file in RULES:
        for group in yaml.safe_load(Path(file).read_text())["groups"]:
            yield from (rule["expr"] for rule in group["rules"])


def test_prometheus_keeps_fifteen_days_on_a_volume_of_its_own(prod: dict[tuple[str, str], Object]) -> None:
    spec = prod["StatefulSet", "prometheus"]["spec"]
    [container] = spec["template"]["spec"]["containers"]
    [claim] = spec["volumeClaimTemplates"]
    mounted = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}

    assert duration(argument(container, "storage.tsdb.retention.time")) == timedelta(days=15)
    assert argument(container, "storage.tsdb.path") == mounted[claim["metadata"]["name"]]
    most = float(argument(container, "storage.tsdb.retention.size").removesuffix("GB")) * 10**9
    size = float(claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi")) * 2**30
    assert most < 0.9 * size, "it must drop old blocks before VolumeFillsUp fires"


def test_no_rule_looks_further_back_than_prometheus_remembers(prod: dict[tuple[str, str], Object]) -> None:
    [container] = prod["StatefulSet", "prometheus"]["spec"]["template"]["spec"]["containers"]
    kept = duration(argument(container, "storage.tsdb.retention.time"))
    windows = [duration(found) for expr in expressions() for found in re.findall(r"\[(\d+[smhd])\]", expr)]

    assert max(windows) == timedelta(days=3)
    assert max(windows) < kept


@pytest.mark.parametrize("name", ["prometheus", "alertmanager"])
def test_a_drain_takes_one_of_two_at_a_time(prod: dict[tuple[str, str], Object], name: str) -> None:
    workload, budget = prod["StatefulSet", name]["spec"], prod["PodDisruptionBudget", name]["spec"]
    labels = workload["template"]["metadata"]["labels"]

    assert workload["replicas"] == 2
    assert budget["maxUnavailable"] == 1
    assert budget["selector"]["matchLabels"].items() <= labels.items()
    assert workload["template"]["spec"]["topologySpreadConstraints"]


def test_prometheus_finds_the_alertmanagers(prod: dict[tuple[str, str], Object]) -> None:
    config = yaml.safe_load((FOLDER / "config" / "prometheus.yaml").read_text())
    [place] = config["alerting"]["alertmanagers"][0]["dns_sd_configs"]
    service = prod["Service", "alertmanager"]
    named = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc"

    assert place["names"] == [named]
    assert place["port"] in [port["port"] for port in service["spec"]["ports"]]
    assert service["spec"]["clusterIP"] == "None", "one address for each of them, not one of both"


@pytest.mark.parametrize(("severity", "output"), [("page", "PageTopicArn"), ("ticket", "TicketTopicArn")])
@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_an_alert_reaches_the_topic_that_its_environments_stacks_made(
    environment: str, severity: str, output: str
) -> None:
    overlay = rendering.ROOT / "overlays" / environment
    topics = dict(
        re.findall(r"^(\w+)=(arn:aws:sns:\S+)$", (overlay / "stack-outputs.env").read_text(), re.MULTILINE)
    )
    [config] = [
        each["data"]["alertmanager.yaml"]
        for each in rendering.render(overlay)
        if each["kind"] == "ConfigMap" and "alertmanager.yaml" in each.get("data", {})
    ]
    [receiver] = [each for each in yaml.safe_load(config)["receivers"] if each["name"] == severity]
    [sns] = receiver["sns_configs"]

    assert sns["topic_arn"] == topics[output]
    assert sns["send_resolved"]


def test_a_fast_burn_pages_and_a_slow_one_waits_each_with_a_long_and_a_short_window() -> None:
    for alert, severity, pairs in (
        ("ApiErrorBudgetBurnsFast", "page", {("14.4", "5m", "1h"), ("6", "30m", "6h")}),
        ("ApiErrorBudgetBurnsSlowly", "ticket", {("3", "2h", "1d"), ("1", "6h", "3d")}),
    ):
        expr = " ".join(ALERTS[alert]["expr"].split())
        found = re.findall(
            r"\(slo:api_errors:ratio_rate(\w+) > ([\d.]+) \* 0\.001 and "
            r"slo:api_errors:ratio_rate(\w+) > \2 \* 0\.001\)",
            expr,
        )
        assert {(factor, short, long) for short, factor, long in found} == pairs
        assert ALERTS[alert]["labels"]["severity"] == severity
        assert all(duration(short) * 6 <= duration(long) for short, _, long in found)


SCRAPED = ["node-exporter", "kube-state-metrics", "postgres-exporter", "redis-exporter"]


@pytest.mark.parametrize("app", [*SCRAPED, "api-service", "worker-service"])
def test_prometheus_finds_every_exporter_at_a_port_that_it_has(
    prod: dict[tuple[str, str], Object], app: str
) -> None:
    [workload] = [
        each for (kind, name), each in prod.items() if name == app and kind in {"Deployment", "DaemonSet"}
    ]
    template = workload["spec"]["template"]
    notes = template["metadata"]["annotations"]
    ports = {port["containerPort"] for each in template["spec"]["containers"] for port in each["ports"]}

    assert notes["prometheus.io/scrape"] == "true"
    assert int(notes["prometheus.io/port"]) in ports


def test_velero_lets_prometheus_find_it() -> None:
    values = yaml.safe_load((CHARTS / "velero.yaml").read_text())["metrics"]

    assert values["enabled"]
    assert values["podAnnotations"]["prometheus.io/scrape"] == "true"
