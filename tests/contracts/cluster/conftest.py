"""One suite, two clusters: the twin's simulation, and a real API server with its controllers and scheduler.

Each test says how a cluster must behave and runs on both. Where the two differ the simulation is wrong. A
test that can run on one of them alone is marked `only` with the reason.

The real one is started once. Where its programs are not built yet, a laptop says so and skips; CI builds
them. `TOBAN_TEST_BED=FOLDER` takes the one that `toban cluster up --folder FOLDER` has started.
"""

from __future__ import annotations

import itertools
import os
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.contracts.cluster.subject import RealTime, Subject, VirtualTime
from toban.cluster_bed import bed as beds
from toban.cluster_bed import finding
from toban.cluster_bed.programs import CONTROL_PLANE
from toban.cluster_bed.progress import print_line
from twin.clock import Clock
from twin.cluster.simulation import SimulatedCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CI = os.environ.get("CI") == "true"
SIMULATION, REAL = "simulation", "kube-apiserver"
HERE = Path(__file__).parent
_number = itertools.count(1)
Made = TypeVar("Made")


def pytest_configure(config: pytest.Config) -> None:
    """Declares the mark."""
    config.addinivalue_line("markers", "only(where, reason): runs on one of the two clusters alone")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what cannot run on a cluster, and puts the real one last while it is to be built."""
    for item in list(items):
        mark = item.get_closest_marker("only")
        if HERE in item.path.parents and mark is not None and f"[{mark.args[0]}" not in item.name:
            items.remove(item)
    if finding.missing(CONTROL_PLANE):
        items.sort(key=lambda item: HERE in item.path.parents and f"[{REAL}" in item.name)


@pytest.fixture(scope="session")
def real_bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[beds.Bed]:
    own = os.environ.get("TOBAN_TEST_BED")
    if own:
        found = beds.find(Path(own))
        assert found is not None, f"no cluster runs in {own}: `toban cluster up --folder {own}`"
        yield found
        return
    lacking = [program.name for program in finding.missing(CONTROL_PLANE)]
    if lacking and not CI:
        pytest.skip(
            f"{', '.join(lacking)} not built: `toban cluster up` builds them once, in about 15 minutes"
        )
    folder = tmp_path_factory.mktemp("contract-bed")
    yield beds.up(folder, say=print_line)
    beds.down(folder)


@pytest.fixture(params=[SIMULATION, REAL])
def cluster(request: pytest.FixtureRequest) -> Iterator[Subject]:
    """Yields a cluster, and in it a namespace of the test's own."""
    make: Callable[[pytest.FixtureRequest], Iterator[Subject]]
    make = _simulated if request.param == SIMULATION else _real
    for subject in make(request):
        subject.post("/api/v1/namespaces", {"metadata": {"name": subject.namespace}})
        yield subject
        subject.leave()


def _simulated(_request: pytest.FixtureRequest) -> Iterator[Subject]:
    with closing(Clock(datetime(2026, 12, 7, tzinfo=UTC))) as clock:
        simulation = SimulatedCluster(clock, seed=1)
        with closing(simulation):
            url = simulation.serve()
            yield Subject(SIMULATION, url, "", None, f"contract-{next(_number)}", VirtualTime(clock))


def _real(request: pytest.FixtureRequest) -> Iterator[Subject]:
    bed: beds.Bed = request.getfixturevalue("real_bed")
    found = bed.cluster
    name = f"contract-{os.getpid()}-{next(_number)}"
    yield Subject(REAL, found.server, found.token, found.authority, name, RealTime())
