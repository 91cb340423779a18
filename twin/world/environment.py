"""One environment that the control plane operates: its cluster, as its stacks and its overlay make it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from functions.night_scaling.bundled import SCHEDULES
from functions.night_scaling.schedule.document import parse_schedule
from twin.cluster.machines import NODEGROUP_LABEL
from twin.cluster.shapes import is_true, labels_of, name_of, namespace_of
from twin.cluster.simulation import SimulatedCluster
from twin.monitoring.strain import Strain
from twin.report.story import Series
from twin.world.nodegroups import NodeGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from functions.night_scaling.schedule.model import ScheduleDocument
    from twin.access_entries import AccessEntries
    from twin.clock import Clock
    from twin.cluster.readiness import Readiness
    from twin.timeline import Listener
    from twin.world.deployments import Deployment
    from twin.world.durations import Durations

KEPT = frozenset(
    {"amiType", "labels", "launchTemplate", "nodeRole", "subnets", "tags", "taints", "updateConfig"}
)
"""What EKS tells again of a node group as it was given."""

WORKLOADS = ("deployments.apps", "statefulsets.apps")


@dataclass(eq=False)
class Environment:
    """One environment.

    Args:
        deployment: Its control plane, as samconfig.toml deploys it.
        clock: Its time.
        durations: How long things take.
        seed: Fixes the cluster's names and uids.
        listener: Is told what happens: kind, subject, what, why.
        numbered: Returns the number of the next instance, unique in the account.
        zones_of: Returns the zones of subnets, by their ids.

    Attributes:
        settling: Whether the world is being opened, so that what is made is there at once.
        strain: What weighs on it beside its usual load.
    """

    deployment: Deployment
    clock: Clock
    durations: Durations
    seed: int
    listener: Listener
    numbered: Callable[[], int]
    zones_of: Callable[[Sequence[str]], tuple[str, ...]]
    groups: list[NodeGroup] = field(default_factory=list)
    endpoint: str = ""
    settling: bool = True
    strain: Strain = field(default_factory=Strain)

    def __post_init__(self) -> None:
        self.cluster = SimulatedCluster(self.clock, seed=self.seed, listener=self._forward)
        self._counted: list[tuple[datetime, Readiness]] = []
        self._by_group: list[tuple[datetime, Counter[str]]] = []

    @property
    def name(self) -> str:
        """Its name."""
        return self.deployment.environment

    @property
    def schedule(self) -> ScheduleDocument:
        """The schedule document that is bundled for it."""
        return parse_schedule((SCHEDULES / f"{self.name}.json").read_text(encoding="utf-8"))

    def make_nodegroup(self, params: dict[str, Any]) -> NodeGroup:
        """Makes a node group as CreateNodegroup asks for it; its nodes join in their own time.

        While the world is being opened they are there at once, as a world finds them that begins in the
        middle of a day.
        """
        sizes, types = params["scalingConfig"], params.get("instanceTypes") or ["t3.medium"]
        group = NodeGroup(
            environment=self.name,
            cluster_name=params["clusterName"],
            name=params["nodegroupName"],
            sizes=(sizes["minSize"], sizes["desiredSize"], sizes["maxSize"]),
            instance_type=types[0],
            zones=self.zones_of(params["subnets"]),
            clock=self.clock,
            durations=self.durations,
            cluster=self.cluster,
            listener=self.listener,
            numbered=self.numbered,
            capacity_type=params.get("capacityType", "ON_DEMAND"),
            other_types=tuple(types[1:]),
            labels=dict(params.get("labels", {})),
            given={key: value for key, value in params.items() if key in KEPT},
        )
        if self.settling:
            group.fill()
        else:
            group.join_later()
        self.groups.append(group)
        return group

    def serve(self, entries: AccessEntries, *, account: str) -> None:
        """Lets the cluster answer on loopback, to whoever has an access entry."""
        authenticator = entries.authenticator(self.deployment.cluster, self.clock, account=account)
        self.endpoint = self.cluster.serve(authenticator)

    def begin(self) -> None:
        """Begins to count; from now on everything takes its time."""
        self.settling = False
        self.cluster.on_readiness(self._count)

    @property
    def nodes(self) -> Series:
        """How many nodes were Ready, from the beginning on."""
        return series("ready nodes", [(at, readiness.nodes) for at, readiness in self._counted])

    def nodes_of(self, group: str) -> Series:
        """Returns how many nodes of a node group were Ready, from the beginning on."""
        return series(f"ready nodes of {group}", [(at, counts[group]) for at, counts in self._by_group])

    @property
    def pods(self) -> Series:
        """How many pods were Ready, from the beginning on; those of DaemonSets are not counted."""
        return series("ready pods", [(at, readiness.pods) for at, readiness in self._counted])

    def replicas(self) -> dict[str, int]:
        """Returns the replicas asked for, by `namespace/kind/name`."""
        return replicas_of(self.cluster)

    def close(self) -> None:
        """Stops the cluster's API."""
        self.cluster.close()

    def _count(self, at: datetime, readiness: Readiness) -> None:
        self._counted.append((at, readiness))
        ready = [labels_of(node)[NODEGROUP_LABEL] for node in self.cluster.nodes() if is_true(node, "Ready")]
        self._by_group.append((at, Counter(ready)))

    def _forward(self, kind: str, subject: str, what: str, why: str) -> None:
        self.listener(kind, f"{self.name}/{subject}", what, why)


def replicas_of(cluster: SimulatedCluster) -> dict[str, int]:
    """Returns the replicas that a cluster is asked for, by `namespace/kind/name`."""
    found = {}
    for resource in WORKLOADS:
        for obj in cluster.objects.listing(resource):
            key = f"{namespace_of(obj)}/{obj['kind']}/{name_of(obj)}"
            found[key] = int(obj["spec"].get("replicas", 1))
    return found


def series(label: str, counted: Sequence[tuple[datetime, float]]) -> Series:
    """Makes a series of counts: of those at one instant the last, and none that repeats the one before."""
    latest = dict(counted)
    points: list[tuple[datetime, float]] = []
    for at, value in latest.items():
        if not points or points[-1][1] != value:
            points.append((at, value))
    return Series(label, tuple(points))
