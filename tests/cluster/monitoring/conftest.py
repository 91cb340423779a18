"""The twin's week, played once for all tests, and a real Prometheus that remembers it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster import debian
from toban.dashboards.pictures import backfilled
from toban.dashboards.server import Prometheus
from twin.monitoring.week import Week, play_week

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def week() -> Week:
    return play_week(ROOT / "template.yaml")


@pytest.fixture(scope="session")
def prometheus(request: pytest.FixtureRequest) -> Iterator[Prometheus]:
    for name in ("prometheus", "promtool"):
        debian.program(name)
    with backfilled(request.getfixturevalue("week")) as running:
        yield running
