"""A capability without a world of its own: what runs do alike is tested on it, through the real protocol."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.core.control import Audience
from functions.core.errors import OpsError
from functions.runs.begin import begin
from functions.runs.finish import Finished, finish
from functions.runs.give_up import Failure, give_up
from functions.runs.policy.page import Outlook
from functions.runs.resume import resume
from functions.runs.run import NOTHING, Run
from functions.runtime.entrypoint import Call
from functions.runtime.settings import Settings
from tests.fakes.alarm import FakeAlarm
from tests.fakes.control_table import FakeControlTable
from tests.fakes.eventbridge import FakeAnnouncer
from tests.fakes.sns import FakePager

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
STEP = timedelta(minutes=1)
SETTINGS = Settings(
    environment="dev",
    cluster="c",
    nodegroups=(),
    databases=(),
    control_table="t",
    event_bus="b",
    page_topic="p",
    notice_topic="n",
    docs_url="https://docs.example.com/",
)
ARN = "arn:aws:states:ap-northeast-1:123456789012:execution:toban-dev-lamp:"
OUTLOOK = Outlook(
    who="nobody.", next="at 22:10 (Asia/Tokyo).", stop="toban pause dev", runbook="lamp_given_up"
)


@dataclass
class Ports:
    """The ports of a run, and the one lamp that this capability switches on."""

    settings: Settings = SETTINGS
    table: FakeControlTable = field(default_factory=FakeControlTable)
    announcer: FakeAnnouncer = field(default_factory=FakeAnnouncer)
    pager: FakePager = field(default_factory=FakePager)
    notices: FakePager = field(default_factory=FakePager)
    alarm: FakeAlarm = field(default_factory=FakeAlarm)
    lamp: set[str] = field(default_factory=set)
    """Empty while it is dark."""


def wanted(tell: Audience = Audience.ON_DUTY) -> Run:
    return Run("lamp", "dev", "test", "light", "it is dark", NOW, tell=tell)


def light(ports: Ports, *, now: datetime = NOW, name: str = "one", tell: Audience = Audience.ON_DUTY) -> str:
    """Plays what a machine does: begin, light the lamp, finish, or give up; returns how it ended."""
    execution = ARN + name

    def decide() -> Run:
        asked = wanted(tell)._replace(started_at=now)
        return asked.nothing("it is light") if "lit" in ports.lamp else asked

    run = decide()
    if run.action == NOTHING:
        return "quiet"
    try:
        run = begin(ports, run, execution=execution, now=now, decide=decide)
        if run.action == NOTHING:
            return "quiet"
        active = resume(Call(now + STEP, execution, run.payload()), ports)
        ports.lamp.add("lit")
        done = active.run.and_did("lit the lamp")
        finish(Call(now + 2 * STEP, execution, done.payload()), ports, settle=settled(ports))
    except OpsError as error:
        failed = {**run.payload(), "error": {"Error": type(error).__name__, "Cause": str(error)}}
        give_up(Call(now + 3 * STEP, execution, failed), ports, capability="lamp", abandon=abandoned(ports))
        return "given up"
    return "done"


def settled(ports: Ports) -> Any:
    """Counts what was lit, once for each run."""

    def settle(finished: Finished) -> None:
        if finished.first:
            note = finished.record.note("lamp/lit")
            count = int(str(note.values.get("count", 0)))
            ports.table.write_note("dev", "lamp/lit", {"count": count + 1}, over=note.revision)

    return settle


def abandoned(ports: Ports) -> Any:
    def abandon(failure: Failure) -> Outlook:
        assert failure.target == "dev"
        return OUTLOOK

    return abandon
