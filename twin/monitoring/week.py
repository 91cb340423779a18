"""Plays production's week, and keeps what a Prometheus would see at each minute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.facts import LOOK_S, Facts, look
from twin.scenarios import SCENARIOS
from twin.world import open_world
from twin.world.deployments import read_deployments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from twin.cluster.store import Change
    from twin.world import World

ENVIRONMENT = "prod"
"""Its Prometheus runs through the night; development's would sleep with its nodes."""
BEGIN = SCENARIOS["quiet-week"].begin
DAYS = 7
AFRESH = timedelta(minutes=5)
"""How often the autoscaler hears of the load anew."""
_API = ("Deployment", "app-production", "api-service")
_POD_MEMORY_MI = 150
"""What an API pod keeps in memory, chosen: 59 % of its request, below the autoscaler's 80 %."""


@dataclass(frozen=True, slots=True)
class Week:
    """What was seen: a look a minute, from `begin` on."""

    looks: tuple[Facts, ...]

    @property
    def begin(self) -> datetime:
        """The first look's instant."""
        return self.looks[0].at

    @property
    def end(self) -> datetime:
        """The last look's instant."""
        return self.looks[-1].at


def play_week(
    template: Path, *, days: int = DAYS, on_progress: Callable[[datetime], None] = lambda _now: None
) -> Week:
    """Plays the days from noon of the quiet week's Monday on, with people at work, a rush and a bad release.

    Args:
        template: The control plane's template, with samconfig.toml beside it.
        days: How many; fewer for a quick look.
        on_progress: Is told the virtual time, now and then.

    Raises:
        TemplateError: The template is wrong.
        TwinFault: Something in the twin broke.
    """
    begin = datetime.combine(BEGIN, time(12), load.ZONE).astimezone(UTC)
    end = begin + timedelta(days=days)
    wanted = read_deployments(template.parent / "samconfig.toml", (ENVIRONMENT,))
    with open_world(template, begin=begin, seed=0, deployments=wanted) as world:
        watch = _Watch(world)
        _plan_release(world)
        _ask(world, begin)
        while world.clock.now < end:
            world.run_until(min(world.clock.now + AFRESH, end))
            _ask(world, world.clock.now)
            watch.look()
            on_progress(world.clock.now)
    return Week(tuple(_every_minute(watch.seen, begin, end)))


class _Watch:
    """Looks at the cluster whenever something in it has changed, which is far less than each minute."""

    def __init__(self, world: World) -> None:
        self._world, self._asked = world, False
        self._cluster = world.environments[ENVIRONMENT].cluster
        self.seen: list[Facts] = []
        self._cluster.objects.store.listen(self._changed)
        self.look()

    def look(self) -> None:
        """Takes a look at what is now."""
        self._asked = False
        stops = self._world.environments[ENVIRONMENT].deployment.databases
        there = all(self._world.databases.status(name) == "available" for name in stops)
        self.seen.append(look(self._cluster.objects, at=self._world.clock.now, database=there))

    def _changed(self, _change: Change) -> None:
        if not self._asked:
            # Once the controllers have had their say: what they leave behind at an instant is what counts.
            self._asked = True
            self._world.clock.call_later(0, self.look, name="a look")


def _every_minute(seen: list[Facts], begin: datetime, end: datetime) -> Iterator[Facts]:
    """Yields what was so at each minute: the last look that is not later."""
    number, at = 0, begin
    while at <= end:
        while number + 1 < len(seen) and seen[number + 1].at <= at:
            number += 1
        yield replace(seen[number], at=at)
        at += timedelta(seconds=LOOK_S)


def _ask(world: World, at: datetime) -> None:
    """Lets people ask: the twin's autoscaler follows what that costs."""
    cluster = world.environments[ENVIRONMENT].cluster
    api = cluster.objects.get("deployments.apps", *_API[1:])
    pods = int(((api or {}).get("status") or {}).get("readyReplicas", 0))
    cores = load.cpu_cores(load.requests_per_second(at), pods)
    cluster.set_load(*_API, cpu=f"{round(cores * 1000)}m", memory=f"{pods * _POD_MEMORY_MI}Mi")


def _plan_release(world: World) -> None:
    cluster = world.environments[ENVIRONMENT].cluster
    for when, image in ((load.BAD.begun, load.BAD.image), (load.BAD.ended, load.GOOD)):
        wait = (when - world.clock.now).total_seconds()
        world.clock.call_later(wait, partial(cluster.release, *_API[1:], image), name="a release")
