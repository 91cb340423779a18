"""AWS and a cluster in memory that take their time: updates land late, nodes join, pods start.

What breaks a promise while it happens is noted by the land itself, from its own state alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.core.cluster import Bounds, ScaledObject
    from functions.core.nodegroups import Size

UPDATE = timedelta(seconds=40)
JOIN = timedelta(seconds=110)
START = timedelta(seconds=30)
GRACE = timedelta(seconds=20)
STOPPING = timedelta(minutes=3)
STARTING = timedelta(minutes=4)
STEP = timedelta(seconds=20)
ROOM = 40
"""Pods that fit on a node."""
BIRTH = datetime(2026, 11, 2, tzinfo=UTC)


@dataclass
class Group:
    """A managed node group; `update` is a size that is on its way, `by_toban` whose it is."""

    size: Size
    update: Size | None = None
    until: datetime | None = None
    by_toban: bool = False
    barren: bool = False
    protected: bool = False


@dataclass
class LandNode:
    """A node; `cordoned` says by whom."""

    name: str
    group: str
    ready_at: datetime
    born: datetime
    zone: str
    cordoned: str = ""


@dataclass
class App:
    """A Deployment, StatefulSet or Rollout."""

    kind: str
    name: str
    replicas: int
    bounds: Bounds | None = None
    opted_in: bool = True
    protected: bool = False
    ill: bool = False
    refuses: str = ""
    """What the API says to an eviction of its pods; empty when they may go."""
    kept: str | None = None
    """Why a drain must not take its pods."""
    scaled: ScaledObject | None = None
    """KEDA's object; while it is paused, its number is the replicas'."""
    releasing: bool = False
    """Whether it is between two versions."""

    @property
    def key(self) -> str:
        return f"{self.kind} app/{self.name}"


@dataclass
class LandPod:
    """A pod; `app` is empty for one that no controller brings back."""

    name: str
    app: str
    node: str = ""
    ready_at: datetime | None = None
    leaves_at: datetime | None = None
    kept: str | None = None
    refuses: str = ""


@dataclass
class Db:
    """A database instance."""

    status: str = "available"
    until: datetime | None = None
    never: str | None = None
    refused: bool = False


@dataclass
class Land:
    """Everything there is, at `now`."""

    now: datetime
    groups: dict[str, Group]
    apps: dict[str, App]
    jobs: dict[str, bool]
    dbs: dict[str, Db]
    nodes: dict[str, LandNode] = field(default_factory=dict)
    pods: dict[str, LandPod] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    paused_since: datetime | None = None
    count: int = 0
    share: int = 50
    passing: dict[tuple[str, str], tuple[int, set[str]]] = field(default_factory=dict)
    """Nodes of a group that one pass of a drain moved, and how many there were, by pass and group."""
    drain: str = ""
    """The pass that is under way; empty outside of a drain."""

    def breaks(self, sentence: str) -> None:
        """Notes a broken promise."""
        self.broken.append(f"{self.now:%m-%d %H:%M} {sentence}")

    def changes(self, what: str) -> None:
        """Notes a change that Toban makes although a person has paused it."""
        if self.paused_since and self.now - self.paused_since > timedelta(minutes=3):
            self.breaks(f"{what} was changed although Toban is paused")

    def advance(self, to: datetime) -> None:
        """Lets time pass in small steps as long as something is on its way."""
        while self.now < to:
            self.now = min(to, self.now + STEP) if self._stirs() else to
            self.settle()

    def _stirs(self) -> bool:
        return (
            any(group.until for group in self.groups.values())
            or any(node.ready_at > self.now for node in self.nodes.values())
            or any(pod.leaves_at or (pod.ready_at or self.now) >= self.now for pod in self.pods.values())
            or any(db.until for db in self.dbs.values())
        )

    def settle(self) -> None:
        """Lets everything that is due happen."""
        for name, group in self.groups.items():
            if group.until and group.until <= self.now:
                if group.update:
                    group.size = group.update
                group.update = group.until = None
            self._size(name, group)
        for db in self.dbs.values():
            if db.until and db.until <= self.now:
                db.status, db.until = {"stopping": "stopped", "starting": "available"}[db.status], None
        for pod in list(self.pods.values()):
            if pod.leaves_at and pod.leaves_at <= self.now:
                del self.pods[pod.name]
        for app in self.apps.values():
            self._replicate(app)
        self._place()

    def _size(self, name: str, group: Group) -> None:
        mine = sorted((n for n in self.nodes.values() if n.group == name), key=lambda n: (n.born, n.name))
        for _ in range(group.size.desired - len(mine) if not group.barren else 0):
            self.count += 1
            joined = self.now + JOIN
            node = f"ip-10-0-0-{self.count}"
            self.nodes[node] = LandNode(node, name, joined, self.now, "abc"[self.count % 3])
        for node in mine[group.size.desired :]:
            if group.by_toban and any(pod.node == node.name for pod in self.pods.values()):
                self.breaks(f"node {node.name} was ended with pods on it that nobody drained")
            self.end(node.name)

    def end(self, name: str) -> None:
        """Ends a node and what runs on it."""
        del self.nodes[name]
        for pod in [pod for pod in self.pods.values() if pod.node == name]:
            del self.pods[pod.name]

    def _replicate(self, app: App) -> None:
        if app.bounds and app.replicas:
            app.replicas = max(app.replicas, app.bounds.min)
        if app.scaled:
            paused = app.scaled.paused
            app.replicas = max(app.replicas, 1) if paused is None else paused
        mine = [pod for pod in self.pods.values() if pod.app == app.key and not pod.leaves_at]
        for _ in range(app.replicas - len(mine)):
            self.count += 1
            pod = LandPod(f"{app.name}-{self.count}", app.key, kept=app.kept)
            self.pods[pod.name] = pod
        for pod in mine[app.replicas :]:
            pod.leaves_at = self.now + GRACE

    def _place(self) -> None:
        load = dict.fromkeys(self.nodes, 0)
        for pod in self.pods.values():
            if pod.node:
                load[pod.node] += 1
        open_nodes = [n for n in self.nodes.values() if n.ready_at <= self.now and not n.cordoned]
        for pod in self.pods.values():
            free = [node.name for node in open_nodes if load[node.name] < ROOM]
            if not pod.node and not pod.leaves_at and free:
                pod.node = min(free, key=lambda name: (load[name], name))
                pod.ready_at = self.now + START
                load[pod.node] += 1

    def ready(self, key: str) -> int:
        """Returns how many pods of a workload are ready."""
        ill = self.apps[key].ill
        return sum(
            pod.app == key and not pod.leaves_at and bool(pod.node) and (pod.ready_at or self.now) <= self.now
            for pod in self.pods.values()
            if not ill
        )

    def moves(self, node: str) -> None:
        """Notes that a pass of a drain moves something of a node."""
        group = self.nodes[node].group
        whole = sum(other.group == group for other in self.nodes.values())
        size, moved = self.passing.setdefault((self.drain, group), (whole, set()))
        moved.add(node)
        most = max(1, size * self.share // 100)
        if len(moved) == most + 1:
            self.breaks(f"one pass of a drain took {most + 1} of {size} nodes of {group} at {self.share} %")

    def populate(self) -> None:
        """Lets everything be up, as on a working day."""
        later = self.now
        self.now = later - timedelta(minutes=30)
        self.settle()
        self.advance(later)

    def kept_nodes(self, group: str) -> int:
        """Returns how many nodes of a group a pod that must not be taken keeps up."""
        held = {pod.node for pod in self.pods.values() if self.reason(pod)}
        return sum(node.group == group and node.name in held for node in self.nodes.values())

    def reason(self, pod: LandPod) -> str | None:
        """Returns why a drain must not take a pod."""
        return pod.kept if pod.app else pod.kept or "no controller would bring it back"


def names(things: Iterable[str]) -> str:
    """Returns names as one text."""
    return ", ".join(sorted(things))
