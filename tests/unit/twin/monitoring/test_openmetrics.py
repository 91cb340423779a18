"""Samples become OpenMetrics that promtool and Prometheus's own parser read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from twin.monitoring.openmetrics import Samples

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def samples() -> Samples:
    made = Samples()
    for made.at in (60, 120):
        made.gauge("queue_age_seconds", 'pod="a"', 1.5)
        made.counter("jobs_total", 'kind="mail"', 0.6)
        made.histogram("took_seconds", 'pod="a"', 2.5, seconds=0.7, within=[("0.1", 0.4), ("+Inf", 1.0)])
    return made


def at(samples: Samples, second: int) -> str:
    """Returns one instant's samples: prometheus_client drops a histogram's later instants as duplicates."""
    lines = "".join(samples.lines()).splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith("#") or line.endswith(f" {second}"))


def values(samples: Samples) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for second in (60, 120):
        for family in text_string_to_metric_families(at(samples, second)):
            for sample in family.samples:
                found.setdefault(sample.name, []).append(sample.value)
    return found


@pytest.mark.parametrize("second", [60, 120])
def test_prometheus_own_parser_reads_it(samples: Samples, second: int) -> None:
    families = list(text_string_to_metric_families(at(samples, second)))

    assert {family.name: family.type for family in families} == {
        "queue_age_seconds": "gauge",
        "jobs": "counter",
        "took_seconds": "histogram",
    }
    assert [float(sample.timestamp) for sample in families[0].samples] == [second]


def test_a_metric_tells_one_instant_after_the_other(samples: Samples) -> None:
    told = [line for line in "".join(samples.lines()).splitlines() if line.startswith("took")]

    assert [line.rsplit(" ", 1)[1] for line in told] == ["60"] * 4 + ["120"] * 4


def test_what_counts_things_counts_whole_ones(samples: Samples) -> None:
    assert values(samples)["jobs_total"] == [0, 1], "0.6, then 1.2"
    assert values(samples)["took_seconds_count"] == [2, 5]
    assert values(samples)["took_seconds_sum"] == [0.7, 1.4]


def test_a_bucket_never_holds_more_than_the_next(samples: Samples) -> None:
    small, all_, small_later, all_later = values(samples)["took_seconds_bucket"]

    assert (small, all_) <= (small_later, all_later)
    assert small <= all_
    assert small_later <= all_later


def test_a_family_that_nobody_told_is_not_there(samples: Samples, tmp_path: Path) -> None:
    samples.write(tmp_path / "week.txt")

    assert set(samples.families()) == {"queue_age_seconds", "jobs_total", "took_seconds"}
    assert (tmp_path / "week.txt").read_text().endswith("# EOF\n")
