"""Opens a world and keeps it running: this thread has the baton, runs the clock and answers the sockets."""

from __future__ import annotations

from contextlib import ExitStack, closing
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from twin.judging import ZONE, Judge
from twin.rehearsal import Faults
from twin.up.aws import AwsEndpoint
from twin.up.commands import Commands
from twin.up.pace import USUAL_SPEED, Pace, checked_speed
from twin.up.routes import Routes
from twin.up.server import Server
from twin.up.work_queue import WorkQueue
from twin.world import open_world

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from twin.scenarios.scenario import Scenario
    from twin.timeline import Entry
    from twin.world import World

BEAT_S = 0.1
"""Real seconds between two looks at the real clock, when nobody asks anything."""


def serve(
    template: Path,
    *,
    begin: date,
    scenario: Scenario | None = None,
    seed: int = 0,
    port: int = 0,
    speed: float = USUAL_SPEED,
    stopped: Callable[[], bool],
    on_ready: Callable[[str], None],
    on_entry: Callable[[Entry], None] = lambda _entry: None,
    on_fault: Callable[[str], None] = lambda _fault: None,
) -> None:
    """Keeps a world running from noon of `begin`, Asia/Tokyo, until `stopped` says so.

    Args:
        template: The control plane's template, with samconfig.toml beside it.
        begin: First day, Asia/Tokyo; a scenario brings its own hour.
        scenario: What is arranged, and judged when its time is over; None arranges nothing.
        seed: Fixes everything that chance decides.
        port: Loopback port; 0 takes a free one.
        speed: Virtual seconds for each real second.
        stopped: Is asked ten times a second.
        on_ready: Is given the URL once the twin answers.
        on_entry: Is told of each thing that happens.
        on_fault: Is told what broke in the twin; time stands still then.

    Raises:
        Refusal: The speed is none.
        OSError: Somebody has the port.
        TemplateError: The template is wrong.
    """
    zone = ZoneInfo(ZONE)
    first = datetime.combine(begin, scenario.begins_at if scenario else time(12), zone).astimezone(UTC)
    checked_speed(speed)
    with ExitStack() as stack:
        server = stack.enter_context(closing(Server(port)))
        fleet = scenario.fleet if scenario else 0
        world = stack.enter_context(open_world(template, begin=first, seed=seed, fleet=fleet))
        world.timeline.listen(on_entry)
        if scenario:
            _rehearse(world, scenario, first)
        pace = Pace(lambda: world.clock.now, world.run_until, speed)
        work_queue = WorkQueue()
        commands = Commands(world, pace, zone, Faults(world))
        routes = Routes(work_queue, commands, AwsEndpoint(lambda: world.clock.now))
        server.start(routes.answer)
        stack.enter_context(closing(work_queue))
        stack.enter_context(closing(pace))
        on_ready(server.url)
        told: str | None = None
        while not stopped():
            work_queue.serve(BEAT_S if pace.goal is None else 0)
            pace.step()
            if pace.fault is not None and pace.fault != told:
                on_fault(pace.fault)
            told = pace.fault


def _rehearse(world: World, scenario: Scenario, first: datetime) -> None:
    """Arranges a scenario in the standing world, and has it judged at the end of its time."""
    scenario.arrange(world)
    judge = Judge(world, scenario, begin=first, end=first + scenario.length(None))

    def decide() -> None:
        judge.story()

    world.clock.call_at(judge.end, decide, name=f"the end of {scenario.name}")
