"""A fault from its intent to its end, in memory: it stops in time, and every way it ends takes it away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from functions.chaos.actions.begin import arm, inject, record_intent
from functions.chaos.actions.reap import reap
from functions.chaos.actions.undo import undo
from functions.chaos.actions.watch import Look, look
from functions.chaos.policy.catalogue import FAULTS
from functions.chaos.policy.intent import NOTE, from_values
from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.radius import Radius
from functions.core.errors import PermanentError, SafetyRefusal
from tests.unit.chaos.bed import STOP_ALARMS, Bed, Died
from tests.unit.chaos.worlds import NOW, experiment

BEGIN = datetime.fromisoformat(NOW)
NUMBERS = Numbers()
ARN = "arn:aws:states:ap-northeast-1:111122223333:execution:chaos:one"
RUN = "run-1"
RADIUS = Radius("pods", asked=1, cap=1, ready=3)


def begun(bed: Bed, name: str, run: str = RUN) -> None:
    """Does what the machine does up to the fault."""
    asked = experiment(name)
    intent = record_intent(bed.table, asked, run=run, execution=ARN, radius=RADIUS, now=BEGIN)
    arm(bed, asked, run)
    inject(bed, asked, intent, ready=3)


def reaped(bed: Bed, *, dead: str | None = ARN, minutes: float = 1) -> bool:
    now = BEGIN + timedelta(minutes=minutes)
    return reap(bed, bed.table, environment="dev", dead=dead, numbers=NUMBERS, now=now).is_clean


def is_gone(bed: Bed) -> bool:
    alarms = set(bed.alarms) == set(STOP_ALARMS)
    return alarms and not any(bed.things.values()) and not bed.table.recall("dev").note(NOTE).values


@pytest.mark.parametrize("name", FAULTS)
def test_the_intent_is_written_before_the_fault_and_names_all_that_is_made(name: str) -> None:
    bed = Bed()
    begun(bed, name)

    assert bed.calls == ["start_prober", "put_alarms", "alarm_states", "inject"]
    intent = from_values(bed.intent_when_injected)
    assert (intent.run, intent.execution, intent.planned) == (RUN, ARN, 1)
    assert {*intent.alarms, "prober", "fault"} == bed.things[RUN]
    assert len(bed.template["stopConditions"]) == len(STOP_ALARMS) + 2


@pytest.mark.parametrize("name", FAULTS)
def test_each_faults_rollback_takes_all_away_and_twice_is_harmless(name: str) -> None:
    bed = Bed()
    begun(bed, name)

    first = undo(bed, bed.table, environment="dev")
    assert first.is_clean
    assert is_gone(bed)
    assert undo(bed, bed.table, environment="dev").is_clean
    assert is_gone(bed)


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("call", range(4))
@pytest.mark.parametrize("after", [False, True])
def test_wherever_the_machine_dies_the_reaper_leaves_nothing(name: str, call: int, after: bool) -> None:  # noqa: FBT001 -- a column
    bed = Bed()
    setattr(bed, "dies_after" if after else "dies_before", call)
    with pytest.raises(Died):
        begun(bed, name)
    bed.dies_after = bed.dies_before = None

    assert reaped(bed)
    assert is_gone(bed)


@pytest.mark.parametrize("call", range(4))
@pytest.mark.parametrize("after", [False, True])
def test_an_undo_that_dies_half_way_is_finished_by_the_next(call: int, after: bool) -> None:  # noqa: FBT001 -- a column
    bed = Bed()
    begun(bed, "latency")
    setattr(bed, "dies_after" if after else "dies_before", len(bed.calls) + call)
    with pytest.raises(Died):
        undo(bed, bed.table, environment="dev")
    bed.dies_after = bed.dies_before = None

    assert reaped(bed)
    assert is_gone(bed)


@pytest.mark.parametrize("broken", ["remove", "stop_prober", "delete_alarms", "leftovers"])
def test_what_cannot_be_taken_away_is_said_the_rest_goes_and_the_intent_stays(broken: str) -> None:
    bed = Bed()
    begun(bed, "latency")
    bed.broken = {broken}

    found = undo(bed, bed.table, environment="dev")

    assert not found.is_clean
    assert len(found.failed) == 1
    assert bed.calls[-4:] == ["remove", "stop_prober", "delete_alarms", "leftovers"]
    assert bed.table.recall("dev").note(NOTE).values
    bed.broken = set()
    assert reaped(bed)
    assert is_gone(bed)


def test_the_reaper_leaves_a_living_run_alone_until_its_time_is_over() -> None:
    bed = Bed()
    begun(bed, "latency")

    reaped(bed, dead="another", minutes=5)
    reaped(bed, dead=None, minutes=5.5)
    assert bed.injected(RUN)
    assert reaped(bed, dead=None, minutes=5.51)
    assert is_gone(bed)


def test_no_second_run_begins_while_one_is_not_undone_and_a_retry_goes_on_with_its_own() -> None:
    bed = Bed()
    begun(bed, "latency")
    begun(bed, "latency")
    with pytest.raises(SafetyRefusal, match="run-1 is not undone"):
        begun(bed, "cpu", run="run-2")

    assert set(bed.things) == {RUN}


@pytest.mark.parametrize("state", ["ALARM", "INSUFFICIENT_DATA", None])
def test_no_fault_begins_while_an_alarm_that_would_stop_it_is_not_ok(state: str | None) -> None:
    bed = Bed()
    if state:
        bed.alarms[STOP_ALARMS[1]] = state
    else:
        del bed.alarms[STOP_ALARMS[1]]
    with pytest.raises(SafetyRefusal, match="API Latency"):
        begun(bed, "latency")

    assert bed.injected(RUN) is None
    undo(bed, bed.table, environment="dev")
    assert not any(bed.things.values())


def test_an_intent_that_cannot_be_read_is_never_passed_over() -> None:
    bed = Bed()
    bed.table.put_note("dev", NOTE, {"run": RUN})
    with pytest.raises(PermanentError, match="by hand"):
        undo(bed, bed.table, environment="dev")
    with pytest.raises(PermanentError, match="by hand"):
        begun(bed, "latency")


def seen(bed: Bed, *, paused: str = "", over: bool = False) -> Look:
    asked = experiment("latency")
    intent = from_values(bed.table.recall("dev").note(NOTE).values)
    return look(bed, asked, intent, paused=paused, over=over)


def test_a_watch_ends_by_a_person_an_alarm_blindness_or_its_time() -> None:
    bed = Bed()
    begun(bed, "latency")

    assert seen(bed) == Look()
    assert seen(bed, over=True).stop == "end"
    assert seen(bed, paused="kei: stop-all", over=True) == Look("person", "kei: stop-all")
    bed.alarms[STOP_ALARMS[0]] = "ALARM"
    assert seen(bed, over=True).stop == "alarm"
    bed.broken = {"alarm_states"}
    assert seen(bed).stop == "failure"


@pytest.mark.parametrize("breach", range(0, 60, 7))
def test_a_breach_stops_the_fault_within_a_minute_and_the_alarm_within_half(breach: int) -> None:
    """The prober measures every ten seconds, its alarm needs two of them, and one looks every ten."""
    bed = Bed()
    begun(bed, "latency")
    own = from_values(bed.intent_when_injected).alarms[0]
    alarm_at = next(second for second in range(breach, 200) if second % 10 == 0 and second >= breach + 20)
    stopped_at = None
    for second in range(0, 300, 10):
        if second >= alarm_at:
            bed.alarms[own] = "ALARM"
        if seen(bed).stop:
            stopped_at = second
            assert undo(bed, bed.table, environment="dev").is_clean
            break

    assert stopped_at is not None
    assert stopped_at - breach <= NUMBERS.breach_to_stop_seconds
    assert stopped_at - alarm_at <= NUMBERS.alarm_to_stop_seconds
