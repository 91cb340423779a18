"""Plays production's week and looks at it once a minute, as a Prometheus would that scrapes each minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING

from twin.monitoring import load
from twin.monitoring.facts import LOOK_S, Facts, look
from twin.scenarios import SCENARIOS
from twin.world import open_world
from twin.world.deployments import read_deployments

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin.world import World

ENVIRONMENT = "prod"
"""Its Prometheus runs through the night; development's would sleep with its nodes."""
BEGIN = SCENARIOS["quiet-week"].begin
DAYS = 7
AFRESH = 5
"""After so many looks the autoscaler hears of the load anew."""
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
    wanted = read_deployments(template.parent / "samconfig.toml", (ENVIRONMENT,))
    looks: list[Facts] = []
    with open_world(template, begin=begin, seed=0, deployments=wanted) as world:
        _plan_release(world)
        for number in range(days * 86400 // LOOK_S + 1):
            at = begin + number * timedelta(seconds=LOOK_S)
            world.run_until(at)
            if number % AFRESH == 0:
                _ask(world, at)
                on_progress(at)
            looks.append(_look(world, at))
    return Week(tuple(looks))


def _look(world: World, at: datetime) -> Facts:
    environment = world.environments[ENVIRONMENT]
    stops = environment.deployment.databases
    there = all(world.databases.status(name) == "available" for name in stops)
    return look(environment.cluster.objects, at=at, database=there)


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
