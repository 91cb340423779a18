"""What every run does alike: a lock, a decision under it, a record, one word, and no crash that loses any."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.core import names
from functions.core.control import Audience, Holder
from functions.core.errors import PermanentError, SafetyRefusal, TemporaryError
from functions.runs.begin import begin
from functions.runs.policy.deadlines import LEASE
from functions.runs.resume import resume
from functions.runs.run import NOTHING, Run, read_run
from functions.runtime.entrypoint import Call
from tests.unit.runs.protocol import ARN, NOW, STEP, Ports, light, wanted

RIVAL = Holder("arn:rival", "chaos", "experiment")
WRITES = {
    "table": (
        "take",
        "renew",
        "release",
        "record_run",
        "write_note",
        "remember_page",
        "confirm_page",
        "repeat_page",
        "forget_page",
    ),
    "announcer": ("announce",),
    "pager": ("page",),
    "notices": ("page",),
    "lamp": ("add",),
}


class Crash(BaseException):
    """The process is gone: no Catch, no finally, no word."""


class Watched:
    """A port whose writes go through `seen(name, call)`."""

    def __init__(self, name: str, port: Any, seen: Callable[[str, Callable[[], Any]], Any]) -> None:
        self._name, self._port, self._seen = name, port, seen

    def __getattr__(self, method: str) -> Any:
        real = getattr(self._port, method)
        if method not in WRITES[self._name]:
            return real
        return lambda *args, **kwargs: self._seen(f"{self._name}.{method}", lambda: real(*args, **kwargs))

    def __contains__(self, thing: object) -> bool:
        return thing in self._port


def watched(ports: Ports, seen: Callable[[str, Callable[[], Any]], Any]) -> Ports:
    parts = {name: Watched(name, getattr(ports, name), seen) for name in WRITES}
    return Ports(**parts)  # type: ignore[arg-type] # each stands for its port


def test_a_run_that_is_done_is_recorded_settled_announced_and_lets_go() -> None:
    ports = Ports()
    assert light(ports) == "done"
    [run] = ports.table.runs.values()
    assert (run["outcome"], run["seconds"], run["did"]) == ("done", 120, ["lit the lamp"])
    assert (ports.announcer.sources, ports.announcer.events[0][0]) == (["lamp"], "Run Finished")
    assert ports.table.recall("dev").note("lamp/lit").values == {"count": 1}
    assert ports.table.recall("dev").lock is None
    assert not ports.pager.pages


def test_a_run_that_has_nothing_to_do_holds_no_lock() -> None:
    ports = Ports()
    held: list[object] = []

    def decide() -> Run:
        held.append(ports.table.recall("dev").lock)
        return wanted().nothing("it is light by now")

    run = begin(ports, wanted(), execution=ARN + "one", now=NOW, decide=decide)
    assert (run.action, run.reason) == (NOTHING, "it is light by now")
    assert held != [None], "it is decided under the lock"
    assert ports.table.recall("dev").lock is None


def test_another_run_at_work_is_left_alone() -> None:
    ports = Ports()
    ports.table.take("dev", holder=RIVAL, lease=LEASE, now=NOW)
    assert light(ports) == "quiet"
    lock = ports.table.recall("dev").lock
    assert lock
    assert lock.holder == RIVAL
    assert not ports.lamp


@pytest.mark.parametrize("taken_by", [None, RIVAL])
def test_a_step_whose_lock_is_lost_changes_nothing(taken_by: Holder | None) -> None:
    ports = Ports()
    ports.table.take("dev", holder=wanted().holder(ARN + "one"), lease=LEASE, now=NOW)
    if taken_by:
        ports.table.take("dev", holder=taken_by, lease=LEASE, now=NOW + LEASE)
    else:
        ports.table.expel("dev", execution=ARN + "one")
    with pytest.raises(SafetyRefusal, match="no longer held"):
        resume(Call(NOW + LEASE, ARN + "one", wanted().payload()), ports)


def test_the_kill_switch_stops_a_run_before_its_next_change() -> None:
    ports = Ports()
    ports.table.put_note("dev", names.PAUSE_NOTE, {"by": "aoi", "reason": "incident"})
    assert light(ports) == "given up"
    assert not ports.lamp
    assert not ports.pager.pages, "whoever paused it knows"
    [(_, text)] = ports.notices.pages
    assert "paused by aoi: incident" in text
    assert "Next: nothing" in text
    assert "toban pause dev --off" in text


def test_a_resumed_step_lengthens_its_lease() -> None:
    ports = Ports()
    ports.table.take("dev", holder=wanted().holder(ARN + "one"), lease=LEASE, now=NOW)
    resume(Call(NOW + STEP, ARN + "one", wanted().payload()), ports)
    lock = ports.table.recall("dev").lock
    assert lock
    assert lock.leased_until == NOW + STEP + LEASE


def test_what_a_machine_carries_is_read_as_it_was_written_and_anything_else_is_refused() -> None:
    run = wanted(Audience.TEAM).and_did("one", "two", "one", waiting_for=("three",))
    assert run.did == ("one", "two")
    assert read_run(run.payload()) == run
    for broken in ({}, {**run.payload(), "started_at": "yesterday"}, {**run.payload(), "tell": "everybody"}):
        with pytest.raises(PermanentError, match="Deploy again"):
            read_run(broken)


# ── crashes


def effects() -> list[str]:
    seen: list[str] = []

    def note(name: str, effect: Callable[[], Any]) -> Any:
        seen.append(name)
        return effect()

    light(watched(Ports(), note))
    return seen


EFFECTS = effects()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("error", [Crash, TemporaryError, PermanentError])
@pytest.mark.parametrize("at", range(len(EFFECTS)), ids=lambda at: f"{at}-{EFFECTS[at]}")
def test_a_crash_at_any_effect_ends_in_a_lit_lamp_one_count_and_a_free_lock(
    at: int, *, before: bool, error: type[BaseException]
) -> None:
    """A run dies before or after one effect; later runs make up for it, and nothing is counted twice."""
    ports = Ports()
    calls = 0

    def die(name: str, effect: Callable[[], Any]) -> Any:
        nonlocal calls
        calls += 1
        if calls == at + 1 and before:
            raise error(f"before {name}")
        answer = effect()
        if calls == at + 1:
            raise error(f"after {name}")
        return answer

    with contextlib.suppress(Crash, TemporaryError, PermanentError):
        light(watched(ports, die), name="dies")
    for number in range(6):
        light(ports, now=NOW + timedelta(minutes=10 * number + 10), name=f"later-{number}")
    assert "lit" in ports.lamp
    assert int(str(ports.table.recall("dev").note("lamp/lit").values.get("count", 0))) <= 1
    lock = ports.table.recall("dev").lock
    assert lock is None or lock.leased_until <= NOW + LEASE + 10 * STEP
    if issubclass(error, PermanentError | TemporaryError) and "lit" not in ports.lamp:
        assert ports.pager.pages


def test_the_crashes_cover_every_kind_of_effect() -> None:
    assert EFFECTS == [
        "table.take", "table.renew", "lamp.add", "table.renew", "table.record_run", "table.write_note",
        "announcer.announce", "table.release",
    ]  # fmt: skip
