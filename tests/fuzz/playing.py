"""Plays a story through the real machine and handlers, and judges the promises by what is in the land."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from functions.core.cluster import Bounds, ScaledObject
from functions.core.control import Audience
from functions.core.errors import OpsError, PermanentError, TemporaryError
from functions.core.nodegroups import Size
from functions.night_scaling.policy.active_schedule import APPLIED
from functions.runs.steps.reap_run import handler as reap
from functions.runs.steps.reap_run import read_status_change
from tests.fakes.control_table import FakeControlTable
from tests.fakes.world import SETTINGS, World
from tests.fuzz.acts import act, undo
from tests.fuzz.land import App, Db, Group, Land
from tests.fuzz.land_ports import LandAlarm, LandCluster, LandDatabases, LandNodegroups, LandTopic, Told
from tests.fuzz.observers import judge_end, judge_moment, judge_telling
from tests.fuzz.story import FAULTS, SLOW, Event, Story
from tests.fuzz.walking import ExecutionKilled, Night, StepKilled

TICK = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
DEATHS = ("killed", "ended", "twice")
"""What happens to the machine itself."""


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
        target: Whose night it is.
    """

    story: Story
    land: Land
    told: list[Told]
    touched: dict[str, list[Any]] = field(default_factory=dict)
    evening: dict[str, int] = field(default_factory=dict)
    holds: int = 0
    ticks: int = 0
    target: str = "dev"

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
    last = len(story.replicas) - 1
    for number, replicas in enumerate(story.replicas):
        kind = "StatefulSet" if number and number == last else "Deployment"
        if story.rollout and number == max(0, last - 1):
            kind = "Rollout"
        bounds = Bounds("hpa", replicas, replicas + 4) if number == 0 else None
        scaled = ScaledObject("queue") if story.keda and number == 1 else None
        app = App(kind, f"app-{number}", replicas, bounds, scaled=scaled)
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
    """Plays one story, or one member's part of a fleet's."""

    def __init__(self, story: Story, *, target: str = "dev", beside: Player | None = None) -> None:
        self.story, self.target = story, target
        self.suffix = target.removeprefix("dev").replace("/", "-")
        land = new_land(story)
        self.played = Played(story, land, beside.played.told if beside else [], target=target)
        self.due = deque(self._moments())
        settings = SETTINGS._replace(
            environment=target, nodegroups=tuple(land.groups), databases=tuple(land.dbs)
        )
        told = self.played.told
        self.world = World(
            settings=settings,
            nodegroups=LandNodegroups(land),
            cluster=LandCluster(land),
            databases=LandDatabases(land),
            pager=LandTopic(land, told, Audience.ON_DUTY),
            notices=LandTopic(land, told, Audience.TEAM),
            alarm=beside.world.alarm if beside else LandAlarm(land, told),
            table=beside.world.table if beside else FakeControlTable(),
        )
        self.world.table.put_note("dev", APPLIED, {"document": story.text()})
        self.watched = self.world.watched(self._call, reads=True)
        self.faults: list[Event] = []
        self.armed: list[Event] = []
        """What kills the machine, or lets a step run twice, when its time has come."""
        self.walk: Night | None = None
        self.calls = 0
        self.next_tick = story.begin
        self.within = False

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
        walk = self.walk
        assert walk
        self.pass_time(walk.moment)
        path = walk.path
        self.played.land.drain = f"{walk.execution} {len(path)}" if path[-1] == "DrainNodes" else ""
        self.calls += 1
        for fault in self.faults:
            if name.startswith(FAULTS[fault.what]) and self._strikes(fault):
                if not fault.what.startswith(SLOW):
                    raise TemporaryError(f"{fault.what} could not be reached while {name}: throttled")
                walk.takes(fault.amount)
                self.pass_time(walk.moment)
        strike = self._kills()
        if strike and strike.which % 2:
            call()
        if strike:
            raise ExecutionKilled if strike.what == "ended" else StepKilled
        return call()

    def _strikes(self, fault: Event) -> bool:
        dice = sha256(f"{self.story.seed} {fault} {self.calls}".encode()).digest()[0]
        return dice * 100 < fault.share * 256

    def _kills(self) -> Event | None:
        """Returns what kills the machine at this call: `amount` says at which call it strikes."""
        for event in self.armed:
            if event.what != "twice":
                self.armed.remove(event)
                if event.amount:
                    self.armed.append(replace(event, amount=event.amount - 1))
                    return None
                return event
        return None

    def runs_twice(self) -> bool:
        """Tells whether the answer of this step is lost, once."""
        lost = next((event for event in self.armed if event.what == "twice"), None)
        if lost:
            self.armed.remove(lost)
        return lost is not None

    def pass_time(self, to: datetime) -> None:
        """Lets time pass, and whoever is due act."""
        land = self.played.land
        while self.due and self.due[0][0] <= to:
            at, begins, event = self.due.popleft()
            land.advance(at)
            if event.what in FAULTS:
                (self.faults.append if begins else self.faults.remove)(event)
            elif event.what in DEATHS:
                self.armed += [event] if begins else []
            else:
                (act if begins else undo)(self.played, self.world, event)
            land.settle()
        land.advance(to)

    def play(self) -> Played:
        """Plays to the end."""
        at = self.story.begin
        while at <= self.story.end:
            self.tick(at)
            at += TICK
        return self.judge()

    def judge(self) -> Played:
        """Judges the end of the story."""
        self.pass_time(self.story.end)
        judge_end(self.played)
        judge_telling(self.played)
        return self.played

    def tick(self, at: datetime) -> None:
        """Plays a tick; one that came while a run was at work has been played beside it."""
        if at >= self.next_tick:
            self.pass_time(at)
            self.next_tick = at + TICK
            self._run(at)
        judge_moment(self.played, at)

    def idle(self, at: datetime) -> None:
        """Lets a tick pass in which this member of a fleet is not due."""
        self.pass_time(at)
        judge_moment(self.played, at)

    def before_step(self, walk: Night) -> None:
        """Plays the ticks that are due beside a run that is at work."""
        if walk.machine["StartAt"] != "PlanNight":
            return
        while walk.now >= self.next_tick and not self.within:
            at, self.next_tick = self.next_tick, self.next_tick + TICK
            self.within = True
            self._run(at)
            self.within = False
            self.walk = walk

    def _run(self, at: datetime) -> None:
        self.played.ticks += 1
        walk = self.walk = Night("night_scaling", self, now=at, name=f"{at:%d%H%M}")
        try:
            walk.run({"target": self.target, "cause": "tick"})
        except ExecutionKilled:
            self._reap(walk, "ABORTED")
        else:
            if walk.path[-1] == "Failed":
                self._reap(walk, "FAILED")

    def _reap(self, walk: Night, status: str) -> None:
        detail = {
            "executionArn": walk.execution,
            "stateMachineArn": "arn:aws:states:ap-northeast-1:1:stateMachine:toban-dev-night-scaling",
            "status": status,
            "error": "States.Runtime",
            "input": json.dumps({"target": self.target}),
        }
        walk.elapsed = timedelta(0)
        call = read_status_change({"time": walk.now.isoformat(), "detail": detail})
        try:
            reap.__wrapped__(call, self.watched)  # type: ignore[attr-defined] # the step itself
        except (OpsError, PermanentError, StepKilled, ExecutionKilled):
            self.played.told.append((walk.now, "on_duty", f"ALARM reaping {self.target}"))


def play(story: Story) -> Played:
    """Plays a story to its end."""
    if story.members:
        from tests.fuzz.fleet import play_fleet  # noqa: PLC0415 - it is made of players

        return play_fleet(story)
    return Player(story).play()
