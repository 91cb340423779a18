"""People are told each failure once, in one shape, until it changes, is over, or somebody closes it."""

import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.core.control import Audience
from functions.core.errors import SafetyRefusal, TemporaryError
from functions.runs.give_up import give_up
from functions.runs.notifying import notify_once
from functions.runs.policy.deadlines import LEASE
from functions.runs.policy.page import Message
from functions.runs.run import Run
from functions.runtime.entrypoint import Call
from tests.unit.runs.protocol import ARN, NOW, Ports, abandoned, light, wanted
from tests.unit.runs.test_protocol import Crash, watched

CONSOLE = "https://ap-northeast-1.console.aws.amazon.com/states/home?region=ap-northeast-1"
CAUSE = json.dumps(
    {
        "errorMessage": "ip-10-1-2-3 could not be drained within 30 minutes and stay up: budget.. ",
        "errorType": "SafetyRefusal",
        "requestId": "7",
        "stackTrace": ['  File "/var/task/functions/x.py", line 56, in handler\n    raise error\n'],
    }
)


def fail(
    ports: Ports,
    cause: str = CAUSE,
    *,
    error: str = "SafetyRefusal",
    run: Run | None = None,
    name: str = "one",
    minutes: int = 0,
) -> None:
    carried = {**(run or wanted()).payload(), "error": {"Error": error, "Cause": cause}}
    call = Call(NOW + timedelta(minutes=minutes), ARN + name, carried)
    give_up(call, ports, capability="lamp", abandon=abandoned(ports))


def test_a_page_says_who_is_hurt_why_what_was_done_what_comes_next_how_to_stop_it_and_where_to_read_on() -> (
    None
):
    ports = Ports()
    fail(ports, run=wanted().and_did("opened the cupboard"))
    [(subject, text)] = ports.pager.pages
    assert subject == "Toban dev: lamp light was given up"
    assert text.splitlines() == [
        "Who is hurt: nobody.",
        "Why: ip-10-1-2-3 could not be drained within 30 minutes and stay up: budget.",
        "",
        "Done so far:",
        "  - opened the cupboard",
        "",
        "Next: at 22:10 (Asia/Tokyo).",
        "To stop that: toban pause dev",
        "",
        "Runbook: https://docs.example.com/runbooks/lamp_given_up.md",
        f"Execution: {CONSOLE}#/v2/executions/details/{ARN}one",
    ]


def test_what_costs_nothing_but_money_wakes_nobody() -> None:
    ports = Ports()
    fail(ports, run=wanted(Audience.TEAM))
    assert not ports.pager.pages
    assert len(ports.notices.pages) == 1


def test_a_run_that_failed_before_it_was_decided_is_told_as_well() -> None:
    ports = Ports()
    error = {
        "Error": "TemporaryError",
        "Cause": "AWS answered ThrottlingException while reading x: slow down",
    }
    call = Call(NOW, ARN + "one", {"target": "dev", "cause": "tick", "error": error})
    give_up(call, ports, capability="lamp", abandon=abandoned(ports))
    assert ports.pager.pages[0][0] == "Toban dev: lamp decision was given up"
    assert not ports.table.runs


def test_a_failure_is_told_once_until_it_changes() -> None:
    ports = Ports()
    for number in range(5):
        fail(ports, CAUSE.replace("10-1-2-3", f"10-1-2-{number}"), name=str(number), minutes=10 * number)
    assert len(ports.pager.pages) == 1, "another node and another number are the same cause"
    fail(ports, "AWS answered AccessDenied while evicting a pod: no", error="PermanentError", name="other")
    assert len(ports.pager.pages) == 2
    assert len(ports.table.runs) == 6, "each run is recorded, whether people are told of it or not"


def test_a_failure_is_told_again_after_a_run_that_was_done() -> None:
    ports = Ports()
    fail(ports)
    assert light(ports, now=NOW + timedelta(minutes=10), name="two") == "done"
    assert ports.table.recall("dev").pages == {}
    fail(ports, name="three", minutes=20)
    assert len(ports.pager.pages) == 2


def test_a_failure_that_a_person_has_closed_is_told_again_when_it_comes_back() -> None:
    ports = Ports()
    fail(ports)
    [notification] = ports.table.recall("dev").pages
    ports.table.forget_page("dev", notification)
    fail(ports, name="two", minutes=10)
    assert len(ports.pager.pages) == 2


def test_one_capability_never_forgets_what_another_has_told() -> None:
    ports = Ports()
    other = Message("k", "Toban dev: kettle could not boil", "…")
    record = ports.table.recall("dev")
    notify_once(ports, record, [other], to=Audience.ON_DUTY, kind="kettle-failed-", target="dev", now=NOW)
    assert light(ports) == "done"
    assert [key for key in ports.table.recall("dev").pages if key.startswith("kettle-failed-")]


def test_what_is_over_is_forgotten_and_what_is_not_stays() -> None:
    ports = Ports()
    one, two = Message("1", "one", "…"), Message("2", "two", "…")
    for messages in ([one, two], [two], [two, one]):
        record = ports.table.recall("dev")
        notify_once(ports, record, messages, to=Audience.TEAM, kind="lamp-x-", target="dev", now=NOW)
    assert [subject for subject, _ in ports.notices.pages] == ["one", "two", "one"]


def giving_up() -> list[str]:
    seen: list[str] = []

    def note(name: str, effect: Callable[[], Any]) -> Any:
        seen.append(name)
        return effect()

    ports = Ports()
    ports.table.take("dev", holder=wanted().holder(ARN + "one"), lease=LEASE, now=NOW)
    fail(watched(ports, note))
    return seen


EFFECTS = giving_up()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("at", range(len(EFFECTS)), ids=lambda at: f"{at}-{EFFECTS[at]}")
def test_a_crash_while_giving_up_is_made_up_by_the_next_try_and_tells_rather_twice_than_never(
    at: int, *, before: bool
) -> None:
    ports = Ports()
    ports.table.take("dev", holder=wanted().holder(ARN + "one"), lease=LEASE, now=NOW)
    calls = 0

    def die(_name: str, effect: Callable[[], Any]) -> Any:
        nonlocal calls
        calls += 1
        if calls == at + 1 and before:
            raise Crash
        answer = effect()
        if calls == at + 1:
            raise Crash
        return answer

    with contextlib.suppress(Crash):
        fail(watched(ports, die))
    fail(ports)
    assert 1 <= len(ports.pager.pages) <= 2
    assert len(ports.table.runs) == 1
    assert ports.table.recall("dev").lock is None


def test_giving_up_has_these_effects_in_this_order() -> None:
    assert EFFECTS == [
        "table.record_run", "announcer.announce", "table.remember_page", "pager.page", "table.confirm_page",
        "table.release",
    ]  # fmt: skip


def test_a_topic_that_takes_nothing_rings_the_alarm_and_it_is_told_when_it_does_again() -> None:
    ports = Ports()
    ports.table.take("dev", holder=wanted().holder(ARN + "one"), lease=LEASE, now=NOW)
    real = ports.pager.page

    def refuse(subject: str, message: str) -> None:
        raise SafetyRefusal("the topic is gone")

    ports.pager.page = refuse  # type: ignore[method-assign] # a fault of this test
    fail(ports)
    assert ports.table.recall("dev").lock is None
    assert ports.alarm.rung == [(Audience.ON_DUTY, "Toban dev: lamp light was given up")]
    ports.pager.page = real  # type: ignore[method-assign] # the fault is over
    fail(ports, name="two", minutes=10)
    assert len(ports.pager.pages) == 1


BROKEN = {
    "writes": ("take", "renew", "release", "record_run", "write_note", "remember_page", "confirm_page"),
    "all": ("recall", "take", "release", "record_run", "write_note", "remember_page", "confirm_page"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_table_that_is_down_for_hours_tells_nobody_by_topic_and_rings_one_alarm(broken: str) -> None:
    ports = Ports()

    def throttle(*_args: Any, **_more: Any) -> Any:
        raise TemporaryError("AWS answered ThrottlingException while writing: slow down")

    for name in BROKEN[broken]:
        setattr(ports.table, name, throttle)
    for number in range(50):
        fail(ports, error="TemporaryError", name=str(number), minutes=10 * number)
    assert not ports.pager.pages
    assert {to for to, _ in ports.alarm.rung} == {Audience.ON_DUTY}


def test_a_confirmation_that_is_never_written_tells_twice_and_not_at_every_tick() -> None:
    ports = Ports()

    def throttle(*_args: Any) -> None:
        raise TemporaryError("slow down")

    ports.table.confirm_page = throttle  # type: ignore[method-assign] # a fault of this test
    for number in range(20):
        fail(ports, name=str(number), minutes=10 * number)
    assert len(ports.pager.pages) == 2


def test_the_end_of_what_was_told_is_told_once_with_its_hour() -> None:
    ports = Ports()
    fail(ports)
    for name, minutes in (("two", 10), ("three", 20)):
        ports.lamp.clear()
        assert light(ports, now=NOW + timedelta(minutes=minutes), name=name) == "done"
    [(subject, text)] = ports.notices.pages
    assert subject == "Toban dev: over since Tue 13:12 (UTC)"
    assert "lamp light was given up" in text


def test_what_may_pass_is_one_cause_whatever_was_asked_of_the_service() -> None:
    ports = Ports()
    for number, what in enumerate(("listing nodes", "listing workloads", "scaling Deployment a/b to 3")):
        fail(
            ports,
            f"The cluster could not be reached while {what}: x",
            error="TemporaryError",
            name=str(number),
        )
    assert len(ports.pager.pages) == 1
