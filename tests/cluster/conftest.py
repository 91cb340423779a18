"""What the tests on the bed share, and when its programs are built; `tests/conftest.py` starts it.

Where they are not built yet, a laptop says so and skips; CI builds them beside the other tests, which
go first.
"""

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from toban.cluster_bed import finding
from toban.cluster_bed.client import Cluster
from toban.cluster_bed.programs import CONTROL_PLANE, KUSTOMIZE, ROLLOUTS
from toban.cluster_bed.progress import print_line
from toban.manifests import applying, rendering

HERE = Path(__file__).parent
CI = os.environ.get("CI") == "true"
ALL = (*CONTROL_PLANE, KUSTOMIZE, ROLLOUTS)
BEHIND = 10
"""Niceness of a build beside the tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts these tests behind the others where the programs are still to be built."""
    if finding.missing(ALL):
        items.sort(key=_wants_the_bed)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Starts the build; whoever needs a program waits for it, as the cache admits one builder at a time."""
    wanted = any(map(_wants_the_bed, session.items))
    if CI and wanted and not session.config.option.collectonly and finding.missing(ALL):
        threading.Thread(target=_build, daemon=True, name="builds the bed").start()


def _wants_the_bed(item: pytest.Item) -> bool:
    return HERE in item.path.parents or "bed" in getattr(item, "fixturenames", ())


def _build() -> None:
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), BEHIND)
    finding.obtain(ALL, say=print_line)


def needed(*programs: object) -> None:
    """Skips by name where a program is not built, and never under CI, where it is built instead."""
    lacking = [each.name for each in finding.missing(programs)]  # type: ignore[arg-type] # programs, from their table
    if lacking and not CI:
        pytest.skip(
            f"{', '.join(lacking)} not built: `toban cluster up` builds them once, in about 15 minutes"
        )


@dataclass(frozen=True)
class Environment:
    """The bed with one environment applied to it.

    Attributes:
        zones: where the scheduler put each workload's pods at first; drains have moved them since.
    """

    cluster: Cluster
    objects: list[rendering.Object]
    applied: applying.Applied
    kubeconfig: Path
    zones: dict[str, list[str]]

    def pods(self, app: str, namespace: str = "app-production") -> list[rendering.Object]:
        """Returns the living pods of a workload."""
        found = self.cluster.items(f"/api/v1/namespaces/{namespace}/pods", labelSelector=f"app={app}")
        return [each for each in found if "deletionTimestamp" not in each["metadata"]]


def zones_of_pods(cluster: Cluster) -> dict[str, list[str]]:
    zone_of = {
        node["metadata"]["name"]: node["metadata"]["labels"]["topology.kubernetes.io/zone"]
        for node in cluster.items("/api/v1/nodes")
    }
    found: dict[str, list[str]] = {}
    for pod in cluster.items("/api/v1/namespaces/app-production/pods"):
        found.setdefault(pod["metadata"]["labels"]["app"], []).append(zone_of[pod["spec"]["nodeName"]])
    return found
