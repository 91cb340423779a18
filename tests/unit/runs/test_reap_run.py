"""An execution that ended without a word: its target is freed, and people are told once what that means."""

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.core.control import Audience, Holder
from functions.core.errors import PermanentError
from functions.runs.policy.deadlines import LEASE
from functions.runs.steps.reap_run import handler, read_status_change
from tests.unit.runs.protocol import ARN, NOW, Ports, light, wanted

MACHINE = "arn:aws:states:ap-northeast-1:123456789012:stateMachine:toban-dev-lamp"


def event(status: str = "TIMED_OUT", *, name: str = "one", **detail: Any) -> dict[str, Any]:
    """EventBridge's event, as AWS documents it."""
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "time": (NOW + timedelta(hours=2)).isoformat().replace("+00:00", "Z"),
        "detail": {
            "executionArn": ARN + name,
            "stateMachineArn": MACHINE,
            "name": name,
            "status": status,
            "startDate": 1548148840101,
            "stopDate": 1548148840122,
            "input": json.dumps({"target": "dev", "cause": "tick"}),
            "output": None,
            "error": None,
            "cause": None,
            **detail,
        },
    }


def reap(ports: Ports, given: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = handler.__wrapped__(read_status_change(given), ports)  # type: ignore[attr-defined] # the step itself
    return answer


def held(tell: Audience = Audience.ON_DUTY) -> Ports:
    ports = Ports()
    ports.table.take("dev", holder=wanted(tell).holder(ARN + "one"), lease=LEASE, now=NOW)
    return ports


def test_a_dead_execution_loses_its_lock_and_the_next_run_goes_on_at_once() -> None:
    ports = held()
    reap(ports, event())
    assert ports.table.recall("dev").lock is None
    assert light(ports, now=NOW + timedelta(hours=2), name="two") == "done"


def test_a_function_of_a_dead_execution_that_comes_late_takes_no_lock() -> None:
    ports = held()
    reap(ports, event("ABORTED"))
    late = wanted().holder(ARN + "one")
    assert ports.table.take("dev", holder=late, lease=LEASE, now=NOW) is None


def test_another_executions_lock_is_left_alone() -> None:
    ports = Ports()
    rival = Holder("arn:rival", "chaos", "experiment")
    ports.table.take("dev", holder=rival, lease=LEASE, now=NOW)
    reap(ports, event())
    lock = ports.table.recall("dev").lock
    assert lock
    assert lock.holder == rival


@pytest.mark.parametrize(
    ("status", "error", "tell", "woken"),
    [
        ("TIMED_OUT", None, Audience.ON_DUTY, True),
        ("TIMED_OUT", None, Audience.TEAM, False),
        ("FAILED", "States.Runtime", Audience.ON_DUTY, True),
        ("FAILED", "States.Runtime", Audience.TEAM, False),
        ("ABORTED", None, Audience.ON_DUTY, False),
    ],
)
def test_who_is_told_follows_from_what_the_run_was_about_and_a_person_who_stops_one_wakes_nobody(
    status: str, error: str | None, tell: Audience, *, woken: bool
) -> None:
    ports = held(tell)
    reap(ports, event(status, error=error))
    told = ports.pager.pages if woken else ports.notices.pages
    assert len(told) == 1
    assert len(ports.pager.pages) == woken
    assert told[0][0].startswith("Toban dev: lamp light ended: ")


def test_a_run_without_a_lock_is_told_to_whoever_is_on_duty_with_its_cause_in_words() -> None:
    ports = Ports()
    reap(ports, event("FAILED", error="States.Runtime", cause="The JSONPath '$.plan' could not be found"))
    [(subject, text)] = ports.pager.pages
    assert subject == "Toban dev: lamp ended: failed"
    assert "Why: The JSONPath '$.plan' could not be found (States.Runtime)." in text
    assert "runbooks/execution_failed.md" in text


def test_the_same_death_is_told_once_and_each_is_recorded() -> None:
    ports = Ports()
    for name in ("one", "two", "three"):
        reap(
            ports, event("FAILED", name=name, error="States.Runtime", cause="The JSONPath could not be found")
        )
    assert len(ports.pager.pages) == 1
    assert [run["outcome"] for run in ports.table.runs.values()] == ["failed"] * 3


def test_a_fleets_member_is_freed_by_its_own_name() -> None:
    fleet = {"cluster": "team-7", "nodegroups": ["a"], "databases": []}
    given = json.dumps({"target": "dev/seven", "cause": "fleet", "fleet": fleet})
    assert read_status_change(event(input=given)).run["target"] == "dev/seven"
    assert "fleet" not in read_status_change(event(input=given)).run, "an input only names its target"


@pytest.mark.parametrize("given", [None, "", "[1]"])
def test_an_input_that_aws_left_out_or_that_is_none_of_ours_does_not_keep_it_from_the_lock(
    given: Any,
) -> None:
    ports = held()
    reap(ports, event(input=given))
    assert ports.table.recall("dev").lock is None


def test_an_event_of_another_kind_is_refused() -> None:
    for strange in ({}, {"detail": {}}, {"detail": {"executionArn": "x"}, "time": "now"}):
        with pytest.raises(PermanentError, match="no change of an execution's status"):
            read_status_change(strange)


def test_a_dead_sleep_never_silences_the_page_of_a_dead_wake() -> None:
    ports = held(Audience.TEAM)
    reap(ports, event("FAILED", error="States.Runtime", cause="a path"))
    wake = wanted()._replace(action="wake").holder(ARN + "two")
    ports.table.take("dev", holder=wake, lease=LEASE, now=NOW)
    reap(ports, event("FAILED", name="two", error="States.Runtime", cause="a path"))
    assert (len(ports.notices.pages), len(ports.pager.pages)) == (1, 1)


def test_a_reaped_run_reaches_the_bus() -> None:
    ports = held()
    reap(ports, event())
    assert (ports.announcer.sources, ports.announcer.events[0][0]) == (["lamp"], "Run Ended")


@pytest.mark.parametrize("fleet", [5, {"cluster": "x"}, None])
def test_a_fleet_that_is_none_does_not_keep_it_from_the_lock(fleet: Any) -> None:
    ports = held()
    reap(ports, event(input=json.dumps({"target": "dev", "fleet": fleet})))
    assert ports.table.recall("dev").lock is None
