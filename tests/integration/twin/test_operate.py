"""An operator's commands work against a standing twin: that is what its AWS endpoint is for."""

from __future__ import annotations

import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]


PAGE = (ROOT / "docs/twin.md").read_text(encoding="utf-8")
SESSION = next(block for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL) if "hold add" in block)


def test_a_hold_keeps_friday_night_awake_and_a_wake_brings_it_back_as_the_page_tells(friday: Any) -> None:
    """Each command of the documented evening prints what the page says, counts of nodes and pods included."""
    export, *steps = [step.partition("\n") for step in SESSION.split("$ ")[1:]]
    assert export[0].startswith("export TOBAN_TWIN=")
    assert len(steps) > 10
    for command, _, wanted in steps:
        program, *words = shlex.split(command)
        assert program == "toban"
        ran = friday.toban(*words)
        assert (ran.returncode, ran.stdout) == (0, wanted), f"{command}: {ran.stderr}"


def test_the_page_begins_the_evening_as_this_twin_began() -> None:
    assert "$ toban twin up --port 8600 --from 2026-12-11 --speed 0\n" in PAGE


def test_the_present_of_a_command_is_the_twins(friday: Any) -> None:
    now = friday.jump("+10m")
    answer = friday.client("sts").get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]
    assert answer["date"] == f"{now:%a, %d %b %Y %H:%M:%S} GMT"


def test_the_buttons_have_commands(friday: Any) -> None:
    told = friday.toban("twin", "state").stdout
    assert "dev: wants" in told
    assert "toban-prod-handler-errors" in told
    assert '"environments"' in friday.toban("twin", "state", "--json").stdout
    assert friday.toban("twin", "jump", "+5m").stdout.startswith("it is ")
    refused = friday.toban("twin", "jump", "soon")
    assert (refused.returncode, "'soon' is no time" in refused.stderr) == (1, True)
    fired = friday.toban("twin", "alarm", "toban-prod-handler-errors")
    assert fired.stdout == "toban-prod-handler-errors: OK -> ALARM\n"


def test_an_address_without_a_twin_is_told_in_words(friday: Any) -> None:
    lost = friday.toban("twin", "state", "--twin", "http://127.0.0.1:1")
    assert lost.returncode == 1
    assert "no twin answers at http://127.0.0.1:1" in lost.stderr


def test_a_second_twin_at_the_same_port_is_refused_at_once(friday: Any) -> None:
    port = friday.url.rsplit(":", 1)[1]
    refused = friday.toban("twin", "up", "--port", port)
    assert refused.returncode == 2
    assert f"port {port} of 127.0.0.1 cannot be had" in refused.stderr


def test_a_twin_stops_when_it_is_asked_to_even_in_the_middle_of_a_jump(stand_up: Callable[..., Any]) -> None:
    with stand_up("--port", "0") as twin:
        assert twin.state()["now"].startswith("2026-12-07T12:")
        with ThreadPoolExecutor() as pool:
            going = pool.submit(twin.ask, "/twin/jump", {"to": "+30d"})
            while twin.state()["jumping_to"] is None:
                pass
            said = twin.stop()
            assert going.result() == (503, {"error": "The twin is stopping."})
        assert twin.process.returncode == 0, said
        assert said.endswith("stopped\n")
