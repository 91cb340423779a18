"""On the bed, which lacks the third-party controllers, the API server learns their kinds from our own definitions."""

from functools import partial

from toban.cluster_bed import patience
from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.cluster_bed.progress import Say
from toban.manifests import kinds
from toban.manifests.applying import MANAGER


def install(cluster: Cluster, *, say: Say) -> list[str]:
    """Teaches `cluster` each custom kind that it does not know, and returns their names; a real definition stays."""
    fresh = [kind for kind in kinds.all_kinds() if not _known(cluster, kind)]
    for kind in fresh:
        cluster.apply(kinds.definition(kind), manager=MANAGER)
    for kind in fresh:
        patience.until(partial(_known, cluster, kind), what=f"the kind {kind['kind']}", within_s=20)
    cluster.forget_kinds()
    names = [str(kind["kind"]) for kind in fresh]
    if names:
        say(
            f"no controllers here for {', '.join(names)}: definitions of our own stand in, and nothing acts on them"
        )
    return names


def _known(cluster: Cluster, kind: kinds.Object) -> bool:
    try:
        found = cluster.get(f"/apis/{kind['group']}/{kind['version']}")["resources"]
    except ClusterRefusalError:
        return False
    return any(each["name"] == kind["plural"] for each in found)
