"""An operator's commands work against a standing twin: that is what its AWS endpoint is for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def test_a_hold_keeps_friday_night_awake_and_a_wake_brings_it_back(twin: Any) -> None:
    twin.jump("2026-12-11T21:50")
    placed = twin.toban("hold", "add", "dev", "--until", "23:00", "--reason", "release 4.2")
    assert placed.stdout == "aoi-1: dev stays awake until Fri 2026-12-11 23:00\n", placed.stderr

    twin.jump("22:30")
    assert (twin.ready_nodes("dev"), twin.ready_nodes("prod")) == (3, 2)
    listed = twin.toban("hold", "list", "dev").stdout
    assert listed == "aoi-1  keeps awake  Fri 2026-12-11 21:50 to Fri 2026-12-11 23:00  aoi: release 4.2\n"
    assert twin.environment("dev")["holds"][0]["reason"] == "release 4.2"

    twin.jump("23:30")
    assert twin.ready_nodes("dev") == 0
    assert twin.environment("dev")["databases"] == {"taskmanager-dev": "stopped"}
    assert "wanted       stop" in twin.toban("status", "dev").stdout

    woken = twin.toban("wake", "dev", "--hours", "3")
    assert (
        woken.stdout == "aoi-1: dev stays awake until Sat 2026-12-12 02:30; it goes from stop to awake now\n"
    )
    twin.jump("+30m")
    assert twin.ready_nodes("dev") == 3
    assert all(each["ready"] == each["wanted"] for each in twin.environment("dev")["workloads"])

    removed = twin.toban("hold", "remove", "dev", "aoi-1")
    assert removed.stdout == "aoi-1: removed; it goes from awake to stop now\n", removed.stderr
    twin.jump("+30m")
    assert twin.ready_nodes("dev") == 0


def test_the_present_of_a_command_is_the_twins(twin: Any) -> None:
    now = twin.jump("+10m")
    answer = twin.client("sts").get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]
    assert answer["date"] == f"{now:%a, %d %b %Y %H:%M:%S} GMT"


def test_the_buttons_have_commands(twin: Any) -> None:
    told = twin.toban("twin", "state").stdout
    assert "dev: wants" in told
    assert "toban-prod-handler-errors" in told
    assert '"environments"' in twin.toban("twin", "state", "--json").stdout
    assert twin.toban("twin", "jump", "+5m").stdout.startswith("it is ")
    refused = twin.toban("twin", "jump", "soon")
    assert (refused.returncode, "'soon' is no time" in refused.stderr) == (1, True)
    fired = twin.toban("twin", "alarm", "toban-prod-handler-errors")
    assert fired.stdout == "toban-prod-handler-errors: OK -> ALARM\n"


def test_an_address_without_a_twin_is_told_in_words(twin: Any) -> None:
    lost = twin.toban("twin", "state", "--twin", "http://127.0.0.1:1")
    assert lost.returncode == 1
    assert "no twin answers at http://127.0.0.1:1" in lost.stderr


def test_a_second_twin_at_the_same_port_is_refused_at_once(twin: Any) -> None:
    port = twin.url.rsplit(":", 1)[1]
    refused = twin.toban("twin", "up", "--port", port)
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
