"""One environment that the control plane operates: a cluster with its workload, node groups and databases."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from functions.night_scaling.bundled import SCHEDULES
from functions.night_scaling.schedule.document import parse_schedule
from twin.cluster.shapes import name_of, namespace_of
from twin.cluster.simulation import SimulatedCluster
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

ZONES = ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")
"""The zones in which the design's worker subnets lie."""

NAMESPACE = "app-production"
"""Where the workload runs, in every environment."""

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
    """

    deployment: Deployment
    clock: Clock
    durations: Durations
    seed: int
    listener: Listener
    numbered: Callable[[], int]
    groups: list[NodeGroup] = field(default_factory=list)
    endpoint: str = ""

    def __post_init__(self) -> None:
        self.cluster = SimulatedCluster(self.clock, seed=self.seed, listener=self._forward)
        self._counted: list[tuple[datetime, Readiness]] = []

    @property
    def name(self) -> str:
        """Its name."""
        return self.deployment.environment

    @property
    def schedule(self) -> ScheduleDocument:
        """The schedule document that is bundled for it."""
        return parse_schedule((SCHEDULES / f"{self.name}.json").read_text(encoding="utf-8"))

    def fill(self) -> None:
        """Gives it nodes, as many as its schedule document says it has awake, and the workload."""
        for target in self.schedule.targets:
            for given in target.nodegroups:
                group = NodeGroup(
                    environment=self.name,
                    cluster_name=self.deployment.cluster,
                    name=given.name,
                    sizes=(given.minimum, given.desired, given.maximum),
                    instance_type=given.instance_type,
                    zones=ZONES,
                    clock=self.clock,
                    durations=self.durations,
                    cluster=self.cluster,
                    listener=self.listener,
                    numbered=self.numbered,
                )
                group.fill()
                self.groups.append(group)
        self.cluster.apply(*workload())

    def serve(self, entries: AccessEntries, *, account: str) -> None:
        """Lets the cluster answer on loopback, to whoever has an access entry."""
        authenticator = entries.authenticator(self.deployment.cluster, self.clock, account=account)
        self.endpoint = self.cluster.serve(authenticator)

    def begin(self) -> None:
        """Begins to count."""
        self.cluster.on_readiness(lambda at, readiness: self._counted.append((at, readiness)))

    @property
    def nodes(self) -> Series:
        """How many nodes were Ready, from the beginning on."""
        return series("ready nodes", [(at, readiness.nodes) for at, readiness in self._counted])

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


def workload() -> list[dict[str, Any]]:
    """Returns the objects of the workload that every cluster carries."""
    text = files("twin.world").joinpath("workload.yaml").read_text(encoding="utf-8")
    present = {"kube-system", NAMESPACE}
    found = [obj for obj in yaml.safe_load_all(text) if obj]
    return [obj for obj in found if not (obj["kind"] == "Namespace" and obj["metadata"]["name"] in present)]


def series(label: str, counted: Sequence[tuple[datetime, float]]) -> Series:
    """Makes a series of counts: of those at one instant the last, and none that repeats the one before."""
    latest = dict(counted)
    points: list[tuple[datetime, float]] = []
    for at, value in latest.items():
        if not points or points[-1][1] != value:
            points.append((at, value))
    return Series(label, tuple(points))
