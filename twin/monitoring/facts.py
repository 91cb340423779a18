"""What Prometheus could find in the cluster at one instant: plain records, read from the twin's objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.cluster.shapes import (
    controller_of,
    is_terminating,
    is_true,
    labels_of,
    name_of,
    namespace_of,
    quantity,
)

if TYPE_CHECKING:
    from datetime import datetime

    from twin.cluster.objects import Objects
    from twin.cluster.shapes import Object


LOOK_S = 60
"""Seconds between two looks. Production's Prometheus scrapes every 30 s; half as often is enough here."""


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster; memory in bytes."""

    name: str
    ready: bool
    cordoned: bool
    cpus: int
    memory: int

    @property
    def address(self) -> str:
        """Its address, as EC2 writes it into the name."""
        return self.name.partition(".")[0].removeprefix("ip-").replace("-", ".")


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod.

    Attributes:
        app: Its label `app`; empty for the cluster's own.
        node: Where it runs; empty while it has no place.
        serving: Whether it is ready and not told to end.
        release: The image that it runs.
    """

    name: str
    namespace: str
    app: str
    node: str
    phase: str
    serving: bool
    release: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A Deployment's counts: asked for, available, and of the newest release."""

    name: str
    namespace: str
    wanted: int
    available: int
    updated: int


@dataclass(frozen=True, slots=True)
class Autoscaler:
    """An autoscaler's bounds, and where it stands."""

    name: str
    namespace: str
    least: int
    most: int
    current: int


@dataclass(frozen=True, slots=True)
class Budget:
    """How many pods a budget lets go now."""

    name: str
    namespace: str
    allowed: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One look.

    Attributes:
        at: When, aware.
        database: Whether the database is available.
    """

    at: datetime
    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]
    deployments: tuple[Deployment, ...]
    autoscalers: tuple[Autoscaler, ...]
    budgets: tuple[Budget, ...]
    database: bool

    def serving(self, app: str) -> list[Pod]:
        """Returns the pods of a workload that serve."""
        return [pod for pod in self.pods if pod.app == app and pod.serving]


def look(objects: Objects, *, at: datetime, database: bool) -> Facts:
    """Reads a cluster as it is."""
    return Facts(
        at=at,
        nodes=tuple(_node(obj) for obj in objects.listing("nodes")),
        pods=tuple(_pod(obj) for obj in objects.listing("pods")),
        deployments=tuple(_deployment(obj) for obj in objects.listing("deployments.apps")),
        autoscalers=tuple(_scaler(obj) for obj in objects.listing("horizontalpodautoscalers.autoscaling")),
        budgets=tuple(_budget(obj) for obj in objects.listing("poddisruptionbudgets.policy")),
        database=database,
    )


def _node(node: Object) -> Node:
    has = node["status"]["capacity"]
    return Node(
        name=name_of(node),
        ready=is_true(node, "Ready"),
        cordoned=bool(node["spec"].get("unschedulable")),
        cpus=int(has["cpu"]),
        memory=int(quantity(has["memory"])),
    )


def _pod(pod: Object) -> Pod:
    owner = controller_of(pod)
    return Pod(
        name=name_of(pod),
        namespace=namespace_of(pod),
        app=labels_of(pod).get("app", ""),
        node=pod["spec"].get("nodeName", ""),
        phase=(pod.get("status") or {}).get("phase", "Pending"),
        serving=owner is not None and is_true(pod, "Ready") and not is_terminating(pod),
        release=pod["spec"]["containers"][0]["image"],
    )


def _deployment(deployment: Object) -> Deployment:
    status = deployment.get("status") or {}
    return Deployment(
        name=name_of(deployment),
        namespace=namespace_of(deployment),
        wanted=int(deployment["spec"].get("replicas", 1)),
        available=int(status.get("availableReplicas", 0)),
        updated=int(status.get("updatedReplicas", 0)),
    )


def _scaler(scaler: Object) -> Autoscaler:
    spec, status = scaler["spec"], scaler.get("status") or {}
    return Autoscaler(
        name=name_of(scaler),
        namespace=namespace_of(scaler),
        least=int(spec["minReplicas"]),
        most=int(spec["maxReplicas"]),
        current=int(status.get("currentReplicas", 0)),
    )


def _budget(budget: Object) -> Budget:
    status = budget.get("status") or {}
    return Budget(name_of(budget), namespace_of(budget), int(status.get("disruptionsAllowed", 0)))
