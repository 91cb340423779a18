"""Every alert fires once on data that should fire it, is silent on other data, and has a page that helps."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import debian
from tests.cluster.monitoring.alert_data import CASES
from toban.dashboards.history import as_recording_rule

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "cluster_manifests" / "platform" / "monitoring"
RULES = sorted((FOLDER / "config" / "rules").glob("*.yaml"))
ALERTS = {
    rule["alert"]: rule
    for file in RULES
    for group in yaml.safe_load(file.read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
}


def run(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [debian.program(name), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- Debian's own tools


def test_promtool_accepts_every_rule() -> None:
    result = run("promtool", "check", "rules", *RULES)

    assert result.returncode == 0, result.stdout + result.stderr


def expectation(alert: str, series: dict[str, str], at: str, *, fires: bool) -> dict[str, Any]:
    """Asks Prometheus's own series of an alert, and the rule by which the twin's week plays the alert."""
    firing = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}})'
    as_played = f"count({as_recording_rule(ALERTS[alert]).expr})"
    once = [{"labels": "{}", "value": 1}] if fires else []
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": expr, "eval_time": at, "exp_samples": once} for expr in (firing, as_played)
        ],
    }


def verdict(tests: list[dict[str, Any]], folder: Path) -> subprocess.CompletedProcess[str]:
    file = folder / "tests.yaml"
    file.write_text(
        yaml.safe_dump(
            {"rule_files": [str(each) for each in RULES], "evaluation_interval": "1m", "tests": tests}
        )
    )
    return run("promtool", "test", "rules", file)


def test_every_alert_has_data_that_fires_it_and_data_that_does_not() -> None:
    assert set(CASES) == set(ALERTS)


def test_every_alert_fires_once_when_it_should_and_is_silent_when_it_should_not(tmp_path: Path) -> None:
    tests = []
    for alert, (loud, quiet, at) in CASES.items():
        tests += [expectation(alert, loud, at, fires=True), expectation(alert, quiet, at, fires=False)]

    result = verdict(tests, tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr


def test_an_alert_that_does_not_fire_would_be_noticed(tmp_path: Path) -> None:
    loud, quiet, at = CASES["ApiErrorRateHigh"]

    assert verdict([expectation("ApiErrorRateHigh", quiet, at, fires=True)], tmp_path).returncode == 1
    assert verdict([expectation("ApiErrorRateHigh", loud, at, fires=False)], tmp_path).returncode == 1


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_leads_to_a_page_that_says_what_to_do(alert: str) -> None:
    annotations = ALERTS[alert]["annotations"]
    page = ROOT / annotations["runbook_url"]

    assert set(annotations) == {"summary", "description", "runbook_url"}
    assert page.stem == "alert" + re.sub(r"([A-Z])", r"_\1", alert).lower()
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {alert}")
    for heading in ("**It means**", "**Look first**", "**Then**"):
        assert heading in text


def test_no_page_outlives_its_alert() -> None:
    pages = {path.name for path in (ROOT / "docs" / "runbooks").glob("alert_*.md")}

    assert pages == {Path(rule["annotations"]["runbook_url"]).name for rule in ALERTS.values()}


def test_the_severities_are_the_two_that_the_routes_know() -> None:
    assert {rule["labels"]["severity"] for rule in ALERTS.values()} == {"page", "ticket"}


@pytest.mark.parametrize("severity", ["page", "ticket"])
def test_amtool_routes_a_severity_to_its_topic(severity: str) -> None:
    file = FOLDER / "config" / "alertmanager.yaml"
    checked = run("amtool", "check-config", file)
    routed = run("amtool", "config", "routes", "test", f"--config.file={file}", f"severity={severity}")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert routed.stdout.strip() == severity


def test_promtool_accepts_the_scrape_configuration(tmp_path: Path) -> None:
    """Debian builds Prometheus without Kubernetes discovery, so a list of targets stands in for it here."""
    config = yaml.safe_load((FOLDER / "config" / "prometheus.yaml").read_text())
    config["rule_files"] = [str(each) for each in RULES]
    for job in config["scrape_configs"]:
        if job.pop("kubernetes_sd_configs", None):
            job["static_configs"] = [{"targets": ["localhost:1"]}]
        for part in (job.get("authorization", {}), job.get("tls_config", {})):
            for key in ("credentials_file", "ca_file"):
                if key in part:
                    part[key] = str(tmp_path / "prometheus.yaml")
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(config))

    result = run("promtool", "check", "config", tmp_path / "prometheus.yaml")

    assert result.returncode == 0, result.stdout + result.stderr
