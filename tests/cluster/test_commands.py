"""`toban cluster`, as a person types it: from the command that gives all to the one that takes it away."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.cluster.conftest import needed
from toban.cluster_bed import bed as beds
from toban.cluster_bed.client import Cluster
from toban.cluster_bed.programs import CONTROL_PLANE, KUSTOMIZE, ROLLOUTS

ROLLOUTS_PATH = "/apis/argoproj.io/v1alpha1/namespaces/app-production/rollouts"
DEPLOYMENTS = "/apis/apps/v1/namespaces/app-production/deployments"
POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies"


def toban(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [str(Path(sys.executable).with_name("toban")), "cluster", *words, "--folder", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "200"},
    )


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "cluster"
        yield place
        toban(place, "down")


def names(cluster: Cluster, path: str) -> set[str]:
    return {each["metadata"]["name"] for each in cluster.items(path)}


def test_one_command_gives_everything_another_moves_it_and_a_third_takes_it_away(folder: Path) -> None:
    needed(*CONTROL_PLANE, KUSTOMIZE, ROLLOUTS)
    up = toban(folder, "up", "prod-canary")
    assert up.returncode == 0, up.stderr
    assert re.fullmatch(rf"export KUBECONFIG={folder}/\S+\n", up.stdout)
    found = beds.find(folder)
    assert found is not None
    cluster = found.cluster
    [rollout] = cluster.items(ROLLOUTS_PATH)
    assert rollout["status"]["phase"] == "Healthy"
    assert len(names(cluster, POLICIES)) >= 9
    assert toban(folder, "diff", "prod-canary").stdout == "prod-canary: nothing differs\n"

    again = toban(folder, "up")
    assert again.returncode == 1
    assert "toban cluster down" in again.stderr

    told = toban(folder, "diff", "prod").stdout.splitlines()
    assert "- Rollout app-production/api-service" in told
    assert "+ Deployment app-production/api-service" in told
    assert toban(folder, "apply", "prod", "--no-prune").returncode == 0
    assert names(cluster, ROLLOUTS_PATH) == {"api-service"}
    moved = toban(folder, "apply", "prod")
    assert moved.returncode == 0, moved.stderr
    assert "deleting Rollout app-production/api-service: it is in no manifest any more" in moved.stderr
    assert names(cluster, ROLLOUTS_PATH) == set()
    assert "api-service" in names(cluster, DEPLOYMENTS)

    pids = [int(pid) for pid in re.findall(r"pid (\d+)", toban(folder, "status").stdout)]
    down = toban(folder, "down")
    assert len(pids) >= 6
    assert "nothing left behind" in down.stderr
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert not folder.exists()
    assert toban(folder, "status").returncode == 1


def test_an_environment_that_is_none_starts_nothing(folder: Path) -> None:
    needed(KUSTOMIZE)
    answer = toban(folder, "up", "production")
    assert answer.returncode == 1
    assert "no overlay production: there are dev, prod, prod-canary" in answer.stderr
    assert not folder.exists()
