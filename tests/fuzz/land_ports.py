"""The ports of night scaling to a land: what the adapters would ask of AWS and of the Kubernetes API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.cluster import Bounds, CronJob, Node, Pod, ScaledObject, Workload
from functions.core.databases import Database
from functions.core.errors import Busy, Invalid, PermanentError
from functions.core.nodegroups import Nodegroup, Size
from functions.core.other_controllers import OtherControllers
from tests.fuzz.land import GRACE, STARTING, STOPPING, UPDATE, App, Land

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.core.control import Audience

QUIET_FOR = timedelta(hours=3)


class LandNodegroups:
    """EKS and Auto Scaling."""

    def __init__(self, land: Land) -> None:
        self.land = land

    def describe(self, name: str) -> Nodegroup | None:
        group = self.land.groups.get(name)
        if group is None:
            return None
        return Nodegroup(name, group.size, "UPDATING" if group.until else "ACTIVE")

    def resize(self, name: str, size: Size) -> None:
        assert 0 <= size.min <= size.desired <= size.max, size
        group = self.land.groups.get(name)
        if group is None:
            raise PermanentError(f"AWS answered ResourceNotFoundException while resizing {name}")
        if group.until:
            raise Busy(f"AWS answered ResourceInUseException while resizing {name}: an update is in progress")
        self.land.changes(f"node group {name}")
        if group.protected:
            self.land.breaks(f"the protected node group {name} was resized")
        if size.max != group.size.max:
            self.land.breaks(f"the max of node group {name} was changed to {size.max}")
        group.update, group.until, group.by_toban = size, self.land.now + UPDATE, True

    def retire(self, node: Node) -> bool:
        instance_id = node.instance_id
        node = self.land.nodes.get(instance_id)
        if node is None:
            return False
        group = self.land.groups[node.group]
        if group.size.desired <= group.size.min:
            raise Busy(f"AWS answered ValidationError while ending instance {instance_id}: min size")
        self.land.changes(f"node {node.name}")
        on_it = [pod.name for pod in self.land.pods.values() if pod.node == node.name]
        if on_it:
            self.land.breaks(f"node {node.name} was ended with {on_it[0]} on it")
        if group.protected:
            self.land.breaks(f"a node of the protected node group {node.group} was ended")
        self.land.moves(node.name)
        group.size = group.size._replace(desired=group.size.desired - 1)
        self.land.end(node.name)
        return True


class LandCluster:
    """The Kubernetes API."""

    def __init__(self, land: Land) -> None:
        self.land = land

    def nodes(self) -> tuple[Node, ...]:
        now = self.land.now
        return tuple(
            Node(
                node.name,
                node.group,
                ready=node.ready_at <= now,
                cordoned=bool(node.cordoned),
                cordoned_by_toban=node.cordoned == "toban",
                instance_id=node.name,
                zone=node.zone,
                created_at=node.born,
            )
            for _, node in sorted(self.land.nodes.items())
        )

    def workloads(self, *, beside: Iterable[Workload] = ()) -> tuple[Workload, ...]:
        named = {one.key for one in beside}
        return tuple(
            Workload(app.kind, "app", app.name, app.replicas, self.land.ready(key), app.bounds, app.scaled)
            for key, app in sorted(self.land.apps.items())
            if app.opted_in or key in named
        )

    def releasing(self) -> tuple[str, ...]:
        return tuple(key for key, app in sorted(self.land.apps.items()) if app.releasing and app.opted_in)

    def cronjobs(self, *, beside: Iterable[CronJob] = ()) -> tuple[CronJob, ...]:
        return tuple(CronJob("app", name, paused) for name, paused in sorted(self.land.jobs.items()))

    def scale(self, workload: Workload, replicas: int) -> None:
        app = self.land.apps.get(workload.key)
        if app is None:
            return
        self.land.changes(workload.key)
        if app.protected:
            self.land.breaks(f"the protected {workload.key} was scaled")
        self._admit(app, "scaling")
        app.replicas = replicas
        self.land.settle()

    def bound(self, workload: Workload, bounds: Bounds) -> None:
        app = self.land.apps.get(workload.key)
        if app is not None:
            self.land.changes(workload.key)
            self._admit(app, "bounding")
            app.bounds = bounds

    def pause(self, workload: Workload, scaled_object: ScaledObject) -> None:
        app = self.land.apps.get(workload.key)
        if app is None:
            return
        self.land.changes(workload.key)
        if app.protected:
            self.land.breaks(f"the protected {workload.key} was paused")
        self._admit(app, "pausing")
        app.scaled = scaled_object
        self.land.settle()

    def _admit(self, app: App, what: str) -> None:
        if app.refuses == "scaling":
            raise PermanentError(f"The cluster answered 403 while {what} {app.key}: a webhook says no")

    def other_controllers(self) -> OtherControllers:
        return OtherControllers()

    def suspend(self, cronjob: CronJob, *, suspended: bool) -> None:
        self.land.changes(cronjob.key)
        self.land.jobs[cronjob.name] = suspended

    def cordon(self, node: str, *, by: str) -> None:
        self.land.changes(f"node {node}")
        if node in self.land.nodes:
            self.land.nodes[node].cordoned = "toban"

    def uncordon(self, node: str) -> None:
        found = self.land.nodes.get(node)
        if found is not None:
            if found.cordoned == "person":
                self.land.breaks(f"a person's cordon of {node} was taken away")
            found.cordoned = ""

    def pods_to_evict(self, node: str) -> tuple[Pod, ...]:
        return tuple(
            Pod("app", pod.name, pod.leaves_at is not None, self.land.reason(pod))
            for _, pod in sorted(self.land.pods.items())
            if pod.node == node
        )

    def evict(self, pod: Pod) -> str | None:
        found = self.land.pods.get(pod.name)
        if found is None:
            return None
        app = self.land.apps.get(found.app)
        self.land.changes(f"pod {pod.name}")
        if self.land.reason(found):
            self.land.breaks(f"pod {pod.name} was evicted: {self.land.reason(found)}")
        if app and app.refuses and app.refuses != "scaling":
            return f"app/{pod.name}: {app.refuses}"
        self.land.moves(found.node)
        found.leaves_at = self.land.now + GRACE
        return None


class LandDatabases:
    """RDS."""

    def __init__(self, land: Land) -> None:
        self.land = land

    def describe(self, identifier: str) -> Database | None:
        db = self.land.dbs.get(identifier)
        return Database(db.status, db.never) if db else None

    def status(self, identifier: str) -> str | None:
        db = self.land.dbs.get(identifier)
        return db.status if db else None

    def stop(self, identifier: str) -> None:
        db = self.land.dbs[identifier]
        if db.status in ("stopped", "stopping"):
            return
        if db.status != "available":
            raise Busy(f"AWS answered InvalidDBInstanceState while stopping database {identifier}")
        self.land.changes(identifier)
        if db.never:
            self.land.breaks(f"a stop of {identifier} was asked for, which AWS never stops")
        if db.never or db.refused:
            raise Invalid(f"AWS answered InvalidDBInstanceState while stopping database {identifier}: no")
        db.status, db.until = "stopping", self.land.now + STOPPING

    def start(self, identifier: str) -> None:
        db = self.land.dbs[identifier]
        if db.status in ("available", "starting"):
            return
        if db.status != "stopped":
            raise Busy(f"AWS answered InvalidDBInstanceState while starting database {identifier}")
        self.land.changes(identifier)
        db.status, db.until = "starting", self.land.now + STARTING


Told = tuple[datetime, str, str]
"""When, to whom, and the subject."""


class LandTopic:
    """An SNS topic."""

    def __init__(self, land: Land, told: list[Told], audience: Audience) -> None:
        self.land, self.told, self.audience = land, told, audience

    def page(self, subject: str, message: str) -> None:
        self.told.append((self.land.now, self.audience.value, subject))


class LandAlarm:
    """CloudWatch's two alarms: each rings once, until it has been quiet for three hours."""

    def __init__(self, land: Land, told: list[Told]) -> None:
        self.land, self.told = land, told
        self.last: dict[Audience, datetime] = {}

    def untold(self, to: Audience, sentence: str) -> None:
        last = self.last.get(to)
        if last is None or self.land.now - last > QUIET_FOR:
            self.told.append((self.land.now, to.value, f"ALARM untold {to.value}"))
        self.last[to] = self.land.now
