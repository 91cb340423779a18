"""On the bed, which lacks third-party controllers, the API server learns their kinds from our definitions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from toban.cluster_bed import waiting
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.manifests import kinds
from toban.manifests.applying import MANAGER

if TYPE_CHECKING:
    from toban.cluster_bed.progress import Say

_VOLUMES = 8
"""More than the claims of any environment."""


def install(cluster: Cluster, *, say: Say) -> list[str]:
    """Teaches `cluster` the custom kinds that it does not know; returns their names. A real one stays."""
    fresh = [kind for kind in kinds.all_kinds() if not _known(cluster, kind)]
    for kind in fresh:
        cluster.apply(kinds.definition(kind), manager=MANAGER)
    for kind in fresh:
        waiting.until(partial(_known, cluster, kind), what=f"the kind {kind['kind']}", within_s=20)
    cluster.forget_kinds()
    create_volumes(cluster)
    names = [str(kind["kind"]) for kind in fresh]
    if names:
        say(
            f"no controllers here for {', '.join(names)}: "
            "definitions of our own stand in, and nothing acts on them"
        )
    return names


def create_volumes(cluster: Cluster) -> None:
    """Creates volumes by hand, as no driver makes them here; the scheduler binds them like a driver's."""
    for number in range(_VOLUMES):
        volume = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"bed-{number}"},
            "spec": {
                "capacity": {"storage": "100Gi"},
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "gp3",
                "persistentVolumeReclaimPolicy": "Delete",
                "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": f"vol-{number}"},
            },
        }
        cluster.apply(volume, manager=MANAGER)


def _known(cluster: Cluster, kind: kinds.Object) -> bool:
    try:
        found = cluster.get(f"/apis/{kind['group']}/{kind['version']}")["resources"]
    except ClusterRefusalError:
        return False
    return any(resource["name"] == kind["plural"] for resource in found)
