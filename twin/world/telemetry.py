"""Publishes an environment's figures to CloudWatch: on the minute after something changed, or with the load.

Each metric holds its figures until the next look, as if AWS repeated them every minute; a change that is gone
before the minute ends is not seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twin.cluster.shapes import quantity
from twin.monitoring.facts import look
from twin.monitoring.published import insights, load_balancer, stores
from twin.monitoring.published.situation import API, Situation, Watched
from twin.monitoring.strain import Strain
from twin.world.doors import door_of
from twin.world.manifests import NAMESPACE

if TYPE_CHECKING:
    from twin.alarms import Metrics
    from twin.clock import Clock
    from twin.cluster.store import Change
    from twin.monitoring.published.situation import Door
    from twin.timeline import Entry
    from twin.timers import Timer
    from twin.world.databases import Databases
    from twin.world.environment import Environment

AFRESH = timedelta(hours=1)
"""How often the load model is asked while nothing changes; each minute while something weighs on it."""
FIRST_S = 45
"""Seconds after a cluster was filled until the first look: its pods are ready, and no minute has ended."""
SHOWS = frozenset({"pods", "nodes", "ingresses.networking.k8s.io", "deployments.apps"})
TOLD = frozenset({"database", "fault"})
PUBLISHERS = (
    load_balancer.answers,
    load_balancer.times,
    load_balancer.targets,
    insights.pods,
    insights.nodes,
    stores.database,
    stores.cache,
)
THERE = frozenset({"available", "maintenance"})
"""What RDS calls an instance that takes connections."""


@dataclass(eq=False)
class Telemetry:
    """What is published of one environment.

    Args:
        environment: Whose figures.
        clock: Their time.
        databases: The account's instances.
        metrics: Takes the figures.
    """

    environment: Environment
    clock: Clock
    databases: Databases
    metrics: Metrics
    _timer: Timer | None = None
    _looks_at: datetime | None = None
    _door: Door | None = None
    _watched: Watched = field(init=False)

    def __post_init__(self) -> None:
        names = self.environment
        self._watched = Watched(
            names.name,
            names.deployment.cluster,
            NAMESPACE,
            f"taskmanager-{names.name}",
            f"taskmanager-{names.name}-001",
        )
        self.environment.cluster.objects.store.listen(self._changed)
        self._look_at(self.clock.now + timedelta(seconds=FIRST_S))

    def hear(self, entry: Entry) -> None:
        """Looks after a database or a fault changed, as the timeline tells."""
        if entry.kind in TOLD and entry.subject.startswith(f"{self.environment.name}/"):
            self._look_at(_next_minute(self.clock.now))

    def _changed(self, change: Change) -> None:
        if change.resource in SHOWS:
            self._look_at(_next_minute(self.clock.now))

    def _look_at(self, moment: datetime) -> None:
        if self._looks_at is not None and self._looks_at <= moment:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._looks_at = moment
        name = f"figures of {self.environment.name}"
        self._timer = self.clock.call_at(moment, self._publish, name=name)

    def _publish(self) -> None:
        self._timer = self._looks_at = None
        situation = self._situation()
        for publish in PUBLISHERS:
            for metric, samples in publish(situation):
                self.metrics.hold(metric, samples, self.clock.now)
        self._close_behind(situation)
        strained = self.environment.strain != Strain()
        self._look_at(_next_minute(self.clock.now) if strained else self.clock.now + AFRESH)

    def _close_behind(self, situation: Situation) -> None:
        """Lets a load balancer that is gone publish nothing any more."""
        before, self._door = self._door, situation.door
        if before is not None and before != situation.door:
            dead = replace(situation, door=before)
            for publish in (load_balancer.answers, load_balancer.times, load_balancer.targets):
                for metric, _ in publish(dead):
                    self.metrics.hold(metric, None, self.clock.now)

    def _situation(self) -> Situation:
        objects = self.environment.cluster.objects
        there = any(self.databases.status(name) in THERE for name in self.databases.of(self.environment.name))
        api = objects.get("deployments.apps", NAMESPACE, API)
        limits = (api or {}).get("spec", {}).get("template", {}).get("spec", {}).get("containers") or [{}]
        given = (limits[0].get("resources") or {}).get("limits") or {}
        return Situation(
            self._watched,
            look(objects, at=self.clock.now, database=there),
            self.environment.strain,
            door_of(objects.listing("ingresses.networking.k8s.io"), self.environment.name),
            float(quantity(given.get("cpu", "1"))),
            float(quantity(given.get("memory", "1Gi"))),
        )


def _next_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
