"""`toban twin up`: keeps the twin running, for a browser, for `toban --twin` and for any AWS client."""

from __future__ import annotations

import difflib
import signal
import sys
from datetime import date, datetime
from pathlib import Path  # noqa: TC003 -- typer reads it when the command is made
from typing import TYPE_CHECKING, Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from toban.twin_terminal import (
    TEMPLATE,
    entry_line,
    failing_with_a_sentence,
    read_date,
    refuse,
    refuse_missing,
)

if TYPE_CHECKING:
    from twin.scenarios.scenario import Scenario
    from twin.timeline import Entry

PORT = 8600
FIRST = date(2026, 12, 7)
"""A Monday with an ordinary week behind it, the day on which the quiet week begins too."""


class Stop:
    """Whether a signal asked for the end: a plain flag, because a handler must not wait for anything."""

    asked = False

    def ask(self) -> None:
        """Asks for the end."""
        self.asked = True


def up(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Loopback port; 0 takes a free one.")] = PORT,
    begin: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help=f"First day, YYYY-MM-DD, from noon on; {FIRST} otherwise."
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Play a scenario of `toban twin list`; it brings its own day."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Fixes all that chance decides.")] = 0,
    speed: Annotated[
        float, typer.Option(help="Virtual seconds for each real second, at most 6000; 0 stands still.")
    ] = 60.0,
    template: Annotated[
        Path, typer.Option(help="The control plane's template; samconfig.toml lies beside it.")
    ] = TEMPLATE,
) -> None:
    """Keep a world running on loopback until Ctrl-C: a page, commands, and an AWS endpoint.

    Exits with 0 when it was stopped, with 1 when the template is wrong, and with 2 when the question itself
    was wrong.

    Example: toban twin up --scenario no-capacity --speed 600
    """
    from twin.judging import ZONE  # noqa: PLC0415 -- the twin's libraries are loaded when they are needed
    from twin.up.serve import serve  # noqa: PLC0415
    from twin.up.wire import Refusal  # noqa: PLC0415
    from twin.world import DeploymentError  # noqa: PLC0415

    refuse_missing(template)
    chosen = _chosen(scenario, begin)
    first = read_date(begin) or (chosen.begin if chosen else FIRST)
    console = Console(file=sys.stdout, soft_wrap=True)  # handlers have a stdout of their own while they run
    stop = _listening_for_the_end()
    console.print("deploying the template", style="dim")
    try:
        with failing_with_a_sentence(DeploymentError):
            serve(
                template,
                begin=first,
                scenario=chosen,
                seed=seed,
                port=port,
                speed=speed,
                stopped=lambda: stop.asked,
                on_ready=lambda url: _welcome(console, url, first, speed),
                on_entry=lambda entry: _show(console, entry, ZoneInfo(ZONE)),
                on_fault=lambda fault: console.print(f"time stands still: {fault}", style="bold red"),
            )
    except Refusal as error:
        refuse(f"--speed: {error}")
    except OSError as error:
        _busy(port, error)
    console.print("stopped", style="dim")


def _listening_for_the_end() -> Stop:
    stop = Stop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.ask())
    return stop


def _show(console: Console, entry: Entry, zone: ZoneInfo) -> None:
    told = entry_line(entry, zone)
    if told is not None:
        console.print(told)


def _chosen(name: str | None, begin: str | None) -> Scenario | None:
    from twin.scenarios import SCENARIOS  # noqa: PLC0415 -- the twin's libraries are loaded when they are needed

    if name is None:
        return None
    if name not in SCENARIOS:
        near = difflib.get_close_matches(name, SCENARIOS, n=1)
        hint = f"did you mean {near[0]}?" if near else "`toban twin list` lists them."
        refuse(f"--scenario: there is no scenario {name!r}; {hint}")
    if begin is not None:
        refuse("--from and --scenario exclude each other: what a scenario arranges has its own days")
    return SCENARIOS[name]


def _welcome(console: Console, url: str, first: date, speed: float) -> None:
    began = datetime.combine(first, datetime.min.time()).strftime("%a %Y-%m-%d")
    console.print(
        f"the twin stands at [bold]{url}[/], from noon of {began}, {speed:g} times real time; Ctrl-C stops it"
    )
    console.print(f"  look       open {url}/ in a browser", highlight=False)
    console.print(f"  operate    export TOBAN_TWIN={url}; toban status dev; toban wake dev", highlight=False)
    console.print("  jump       toban twin jump next", highlight=False)
    console.print("  rehearse   toban twin fault list; toban twin fault add no-capacity dev", highlight=False)
    console.print(f"  call AWS   aws --endpoint-url {url} dynamodb list-tables", highlight=False)


def _busy(port: int, error: OSError) -> NoReturn:
    refuse(
        f"port {port} of 127.0.0.1 cannot be had ({error.strerror}): "
        "name another with --port, or 0 for a free one"
    )
