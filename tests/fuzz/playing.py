"""Plays a story through the real machine and handlers, and judges the promises by what is in the land."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from functions.core.cluster import Bounds
from functions.core.errors import OpsError, PermanentError, TemporaryError
from functions.core.nodegroups import Size
from functions.night_scaling.policy.active_schedule import APPLIED
from functions.runs.steps.reap_run import handler as reap
from functions.runs.steps.reap_run import read_status_change
from tests.fakes.step_functions import Walk
from tests.fakes.world import SETTINGS, World
from tests.fuzz.acts import act, undo
from tests.fuzz.land import App, Db, Group, Land
from tests.fuzz.land_ports import LandAlarm, LandCluster, LandDatabases, LandNodegroups, LandTopic, Told
from tests.fuzz.observers import judge_end, judge_moment, judge_telling
from tests.fuzz.story import FAULTS, Event, Story

TICK = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


@dataclass
class Played:
    """A story as it went.

    Attributes:
        story: The story.
        land: What there is.
        told: What people were told.
        touched: Keys of what a person has changed, and the values that they set.
        evening: Ready pods of each workload at the last ten in the evening.
        ticks: Executions that were started.
    """

    story: Story
    land: Land
    told: list[Told]
    touched: dict[str, list[Any]] = field(default_factory=dict)
    evening: dict[str, int] = field(default_factory=dict)
    holds: int = 0
    ticks: int = 0

    @property
    def broken(self) -> list[str]:
        return self.land.broken


def new_land(story: Story) -> Land:
    """Returns the land of a story, everything up."""
    groups = {
        name: Group(Size(*size), protected=story.guarded and len(story.sizes) > 1 and name == "group-0")
        for name, size in zip(story.groups(), story.sizes, strict=True)
    }
    apps = {}
    for number, replicas in enumerate(story.replicas):
        kind = "StatefulSet" if number and number == len(story.replicas) - 1 else "Deployment"
        bounds = Bounds("hpa", replicas, replicas + 4) if number == 0 else None
        app = App(kind, f"app-{number}", replicas, bounds)
        apps[app.key] = app
    if story.guarded:
        guarded = App("Deployment", "guarded", 1, protected=True)
        apps[guarded.key] = guarded
    apps["Deployment app/other"] = App("Deployment", "other", 1, opted_in=False)
    dbs = {
        f"db-{number}": Db(never=None if why == "ok" else why) for number, why in enumerate(story.databases)
    }
    land = Land(story.begin, groups, apps, {"report": False}, dbs, share=story.share)
    land.populate()
    return land


class Player:
    """Plays one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        land = new_land(story)
        self.played = Played(story, land, [])
        self.due = deque(self._moments())
        settings = SETTINGS._replace(nodegroups=tuple(land.groups), databases=tuple(land.dbs))
        told = self.played.told
        from functions.core.control import Audience  # noqa: PLC0415 - beside its two uses

        self.world = World(
            settings=settings,
            nodegroups=LandNodegroups(land),
            cluster=LandCluster(land),
            databases=LandDatabases(land),
            pager=LandTopic(land, told, Audience.ON_DUTY),
            notices=LandTopic(land, told, Audience.TEAM),
            alarm=LandAlarm(land, told),
        )
        self.world.table.put_note("dev", APPLIED, {"document": story.text()})
        self.watched = self.world.watched(self._call, reads=True)
        self.faults: list[Event] = []
        self.walk: Walk | None = None
        self.calls = 0

    def _moments(self) -> list[tuple[datetime, bool, Event]]:
        begin = self.story.begin
        moments = [(begin + event.minute * MINUTE, True, event) for event in self.story.events]
        moments += [
            (begin + (event.minute + event.minutes) * MINUTE, False, event)
            for event in self.story.events
            if event.minutes
        ]
        return sorted(moments, key=lambda moment: (moment[0], moment[1], str(moment[2])))

    def _call(self, name: str, call: Any) -> Any:
        """Lets the land catch up with the machine, people and faults act, and then the call be made."""
        assert self.walk
        self.pass_time(self.walk.now)
        path = self.walk.path
        self.played.land.drain = f"{self.walk.execution} {len(path)}" if path[-1] == "DrainNodes" else ""
        self.calls += 1
        for fault in self.faults:
            if name.startswith(FAULTS[fault.what]) and self._strikes(fault):
                raise TemporaryError(f"{fault.what} could not be reached while {name}: throttled")
        return call()

    def _strikes(self, fault: Event) -> bool:
        dice = sha256(f"{self.story.seed} {fault} {self.calls}".encode()).digest()[0]
        return dice * 100 < fault.share * 256

    def pass_time(self, to: datetime) -> None:
        """Lets time pass, and whoever is due act."""
        land = self.played.land
        while self.due and self.due[0][0] <= to:
            at, begins, event = self.due.popleft()
            land.advance(at)
            if event.what in FAULTS:
                (self.faults.append if begins else self.faults.remove)(event)
            else:
                (act if begins else undo)(self.played, self.world, event)
            land.settle()
        land.advance(to)

    def play(self) -> Played:
        """Plays to the end."""
        at, free = self.story.begin, self.story.begin
        while at <= self.story.end:
            if at >= free:
                self.pass_time(at)
                free = self._tick(at)
            judge_moment(self.played, at)
            at += TICK
        self.pass_time(self.story.end)
        judge_end(self.played)
        judge_telling(self.played)
        return self.played

    def _tick(self, at: datetime) -> datetime:
        self.played.ticks += 1
        walk = self.walk = Walk("night_scaling", self.watched, now=at, name=f"{at:%d%H%M}")
        walk.run({"target": "dev", "cause": "tick"})
        if walk.path[-1] == "Failed":
            self._reap(walk)
        return walk.now

    def _reap(self, walk: Walk) -> None:
        detail = {
            "executionArn": walk.execution,
            "stateMachineArn": "arn:aws:states:ap-northeast-1:1:stateMachine:toban-dev-night-scaling",
            "status": "FAILED",
            "error": "States.Runtime",
            "input": json.dumps({"target": "dev"}),
        }
        call = read_status_change({"time": walk.now.isoformat(), "detail": detail})
        try:
            reap.__wrapped__(call, self.watched)  # type: ignore[attr-defined] # the step itself
        except (OpsError, PermanentError):
            self.played.told.append((walk.now, "on_duty", "ALARM reaping"))


def play(story: Story) -> Played:
    """Plays a story to its end."""
    return Player(story).play()
