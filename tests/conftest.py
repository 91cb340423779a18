"""The bed, started once for all who ask: a real control plane with production applied to it."""

from collections.abc import Iterator

import pytest

from tests.cluster.conftest import CI, Environment, needed, zones_of_pods
from toban.cluster_bed import bed as beds
from toban.cluster_bed import finding
from toban.cluster_bed.programs import CONTROL_PLANE, ROLLOUTS
from toban.cluster_bed.progress import print_line
from toban.manifests import applying, rendering, stub_crds
from toban.manifests.pruning import ApplySet


@pytest.fixture(scope="session")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[beds.Bed]:
    needed(*CONTROL_PLANE)
    folder = tmp_path_factory.mktemp("bed")
    yield beds.up(folder, say=print_line, rollouts=not finding.missing([ROLLOUTS]) or CI)
    beds.down(folder)


@pytest.fixture(scope="session")
def prod(bed: beds.Bed) -> Environment:
    objects = rendering.render(rendering.ROOT / "overlays" / "prod")
    stub_crds.install(bed.cluster, say=print_line)
    applied = applying.apply(bed.cluster, objects, say=print_line, within_s=120, members=ApplySet())
    return Environment(bed.cluster, objects, applied, bed.kubeconfig, zones_of_pods(bed.cluster))
