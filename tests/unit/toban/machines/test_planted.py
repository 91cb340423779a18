"""Each check refuses the mistake that it is there for, and says where it is."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.toban.machines.conftest import ANSWERS, step
from toban.machines.proofs import faults_of

Machine = dict[str, Any]
Mutation = Callable[[Machine], Any]


def found(machine: Machine) -> list[str]:
    return [f"{fault.place}: {fault.text}" for fault in faults_of("small", machine, ANSWERS.get)]


def test_a_machine_that_keeps_the_protocol_has_no_fault(machine: Machine, fleet: Machine) -> None:
    assert found(machine) == []
    assert found(fleet) == []


def test_a_machine_that_keeps_its_lock_has_no_fault(locked: Machine) -> None:
    assert found(locked) == []


def put(*route: Any, value: Any) -> Mutation:
    def mutate(machine: Machine) -> None:
        inner = machine
        for part in route[:-1]:
            inner = inner[part]
        inner[route[-1]] = value

    return mutate


def drop(*route: Any) -> Mutation:
    def mutate(machine: Machine) -> None:
        inner = machine
        for part in route[:-1]:
            inner = inner[part]
        del inner[route[-1]]

    return mutate


S = "States"
CATCH = ("Catch", 0)
PLANTED: dict[str, tuple[Mutation, str]] = {
    "a task without time-out": (drop(S, "Act", "TimeoutSeconds"), "Act: TimeoutSeconds is missing"),
    "no retry of temporary errors": (
        put(S, "Act", "Retry", 0, "ErrorEquals", value=["Other"]),
        "Act: Retry: TemporaryError is not retried",
    ),
    "one of Lambda's errors not retried": (
        lambda machine: machine[S]["Act"]["Retry"][1]["ErrorEquals"].remove("Sandbox.Timedout"),
        "Act: Retry: Lambda's own errors are not retried: Sandbox.Timedout",
    ),
    "everything retried": (
        put(S, "Act", "Retry", 0, "ErrorEquals", value=["TemporaryError", "States.ALL"]),
        "Act: Retry: States.ALL would retry what only a person can mend",
    ),
    "a retry without attempts": (
        put(S, "Act", "Retry", 0, "MaxAttempts", value=0),
        "Act: Retry: TemporaryError is not retried",
    ),
    "a retry of what a person has to mend": (
        put(S, "Act", "Retry", 0, "ErrorEquals", value=["TemporaryError", "SafetyRefusal"]),
        "Act: Retry: SafetyRefusal would retry what only a person can mend",
    ),
    "a retry that hides what passes": (
        lambda machine: machine[S]["Act"]["Retry"].insert(
            0, {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 0}
        ),
        "Act: Retry: States.TaskFailed would retry what only a person can mend, or hide what passes",
    ),
    "a call without its execution": (
        drop(S, "Act", "Parameters", "Payload", "execution.$"),
        "Act: Parameters.Payload: it is not what a step reads",
    ),
    "a call with the instant at which all began": (
        put(S, "Act", "Parameters", "Payload", "now.$", value="$$.Execution.StartTime"),
        "Act: Parameters.Payload: it is not what a step reads",
    ),
    "a call without anything": (
        drop(S, "Act", "Parameters", "Payload"),
        "Act: Parameters.Payload: it is not what a step reads",
    ),
    "giving up with the error alone": (
        put(S, "GiveUp", "Parameters", "Payload", "run.$", value="$.error"),
        "GiveUp: Parameters.Payload: it is not what a step reads",
    ),
    "an answer that is thrown away": (
        lambda machine: machine[S]["Act"].update(ResultPath=None, OutputPath="$"),
        "Act: ResultPath: the step's answer is thrown away",
    ),
    "giving up of nobody knows what": (
        lambda machine: machine[S].update(
            Slim={"Type": "Pass", "Parameters": {"error.$": "$.error"}, "Next": "GiveUp"},
            Act={**machine[S]["Act"], "Catch": [{**machine[S]["Act"]["Catch"][0], "Next": "Slim"}]},
        ),
        "GiveUp: Parameters.Payload.run.$: $.target is not written on every way here",
    ),
    "a refusal that ends well": (
        put(S, "Refuse", "Next", value="Quiet"),
        "Refuse: what is refused goes on to Quiet without passing GiveUp",
    ),
    "a refusal that is not taken up": (
        put(S, "Route", "Choices", 1, "Next", value="Quiet"),
        "Route: what is refused goes on to Quiet without passing GiveUp",
    ),
    "a step that is asked again at once": (
        put(S, "Acted", "Default", value="Act"),
        "Acted: it goes back to Act without a Wait",
    ),
    "a wait that outlasts the machine": (
        put(S, "Pause", "Seconds", value=3600),
        "Pause: Seconds: the machine ends after 3600",
    ),
    "a catch that leads nowhere": (drop(S, "Act", *CATCH, "Next"), "Act: Catch[0].Next: None is no state"),
    "an intrinsic function that does not exist": (
        put(S, "Refuse", "Parameters", "Cause.$", value="States.Nonsense($.reason)"),
        "Refuse: Parameters.Cause.$: States.Nonsense is no intrinsic function",
    ),
    "a lock given back that nobody took": (
        lambda machine: machine[S].update(
            FinishRun=step("FinishRun", Next="Quiet"), Pause={**machine[S]["Pause"], "Next": "FinishRun"}
        ),
        "FinishRun: it gives a lock back that no BeginRun took",
    ),
    "no catch": (drop(S, "Act", "Catch"), "Act: Catch: its last rule does not take States.ALL"),
    "a catch of one error alone": (
        put(S, "Act", *CATCH, "ErrorEquals", value=["TemporaryError"]),
        "Act: Catch: its last rule does not take States.ALL",
    ),
    "a catch that throws the run away": (
        put(S, "Act", *CATCH, "ResultPath", value="$"),
        "Act: Catch[0].ResultPath: it takes the run away",
    ),
    "a catch that ends well": (
        put(S, "Act", *CATCH, "Next", value="Quiet"),
        "Act: Catch: a failure goes on to Quiet without passing GiveUp",
    ),
    "a catch that ends well behind two states": (
        put(S, "Act", *CATCH, "Next", value="Pause"),
        "Act: Catch: a failure goes on to Quiet without passing GiveUp",
    ),
    "a catch that fails untold": (
        put(S, "Act", *CATCH, "Next", value="Failed"),
        "Act: it fails without passing GiveUp",
    ),
    "giving up that ends well": (put(S, "GiveUp", "Next", value="Quiet"), "GiveUp: Next: 'Quiet'"),
    "giving up that fails as if it had told": (
        put(S, "GiveUp", *CATCH, "Next", value="GivenUp"),
        "GiveUp: Catch: when giving up fails, only Failed makes the rule on ended executions page",
    ),
    "nobody gives up": (
        lambda machine: [machine[S].pop("GiveUp"), machine[S].pop("GivenUp"), machine[S].pop("Failed")],
        "Act: Catch[0].Next: 'GiveUp' is no state here",
    ),
    "a Fail of another name": (
        lambda machine: machine[S].update(
            Other={"Type": "Fail", "Error": "Other"}, Refuse={**machine[S]["Refuse"], "Next": "Other"}
        ),
        "Other: a run fails as GivenUp or Failed, not as Other",
    ),
    "a GivenUp without its literal": (
        put(S, "GivenUp", value={"Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause"}),
        "GivenUp: it is not {'Error': 'GivenUp', 'CausePath': '$.error.Cause'}",
    ),
    "a Failed that looks told": (
        put(S, "Failed", value={"Type": "Fail", "Error": "GivenUp", "CausePath": "$.error.Cause"}),
        "Failed: it is not {'ErrorPath'",
    ),
    "a state that nothing leads to": (
        put(S, "Lonely", value={"Type": "Succeed"}),
        "Lonely: no state leads here",
    ),
    "a way to nowhere": (put(S, "Pause", "Next", value="Gone"), "Pause: Next: 'Gone' is no state here"),
    "a start that is no state": (put("StartAt", value="Gone"), "the machine: StartAt: 'Gone' is no state"),
    "neither Next nor End": (drop(S, "Pause", "Next"), "Pause: it has neither Next nor End"),
    "a choice without default": (drop(S, "Route", "Default"), "Route: Default: what no rule takes fails"),
    "no time-out of the machine": (drop("TimeoutSeconds"), "the machine: TimeoutSeconds is missing"),
    "retries that outlast the machine": (
        put(S, "Act", "Retry", 0, "MaxAttempts", value=20),
        "Act: Retry: with all retries and giving up it takes",
    ),
    "a time-out that outlasts the machine": (
        put(S, "Act", "TimeoutSeconds", value=900),
        "Act: Retry: with all retries and giving up it takes 3790 s, longer than the machine",
    ),
    "another state's function": (
        put(S, "Act", "Parameters", "FunctionName", value="${DecideFunction}"),
        "Act: Parameters.FunctionName: '${DecideFunction}' is not the state's own",
    ),
    "a function that nobody knows": (
        lambda machine: machine[S].update(
            Odd=step("Odd", Next="Quiet"), Pause={**machine[S]["Pause"], "Next": "Odd"}
        ),
        "Odd: Parameters.FunctionName: nobody knows what ${OddFunction} answers",
    ),
    "a variable that no answer has": (
        put(S, "Route", "Choices", 0, "Variable", value="$.layers.workloads"),
        "Route: Choices[0].Variable: $.layers.workloads is not written on every way here",
    ),
    "a variable below what may be null": (
        put(S, "Route", "Choices", 0, "Variable", value="$.plan.spare.zone"),
        "Route: Choices[0].Variable: $.plan.spare.zone is not written on every way here",
    ),
    "a parameter that is not there yet": (
        put(S, "Decide", "Parameters", "Payload", "run.$", value="$.plan"),
        "Decide: Parameters.run.$: $.plan is not written on every way here",
    ),
    "an argument of an intrinsic that is not there": (
        put(S, "Refuse", "Parameters", "Cause.$", value="States.Format('{}', States.JsonToString($.why))"),
        "Refuse: Parameters.Cause.$: $.why is not written on every way here",
    ),
    "an input that is not there": (
        put(S, "Act", "InputPath", value="$.plan.place"),
        "Act: InputPath: $.plan.place is not written on every way here",
    ),
    "an output that is not there": (
        put(S, "Act", "OutputPath", value="$.Answer"),
        "Act: OutputPath: $.Answer is not written on every way here",
    ),
    "an error that only one way writes": (
        put(S, "Refuse", "ResultPath", value="$.refusal"),
        "GivenUp: CausePath: $.error.Cause is not written on every way here",
    ),
    "a wait for what is not there": (
        put(S, "Pause", value={"Type": "Wait", "TimestampPath": "$.until", "Next": "Act"}),
        "Pause: TimestampPath: $.until is not written on every way here",
    ),
    "a member of the context that is not there": (
        put(S, "Act", "Parameters", "Payload", "now.$", value="$$.State.Entered"),
        "Act: Parameters.now.$: the context object has no $$.State.Entered",
    ),
    "a path that is none": (
        put(S, "Act", "Parameters", "Payload", "run.$", value="$.a["),
        "Act: Parameters.run.$: '$.a[' cannot be read from '[' on",
    ),
    "what cannot be followed": (
        put(S, "Pause", value={"Type": "Pass", "Assign": {"a": 1}, "Next": "Act"}),
        "Pause: Assign: the data cannot be followed",
    ),
    "a part of And that asks too late": (
        put(S, "Route", "Choices", 0, value={
            "And": [{"Variable": "$.late", "StringEquals": "x"}, {"Variable": "$.late", "IsPresent": True}],
            "Next": "Act",
        }),
        "Route: Choices[0].Variable: $.late is not written on every way here",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_refused_with_its_place(machine: Machine, mistake: str) -> None:
    mutate, told = PLANTED[mistake]
    mutate(machine)
    assert [text for text in found(machine) if text.startswith(told)], found(machine)


INSIDE = (S, "Each", "ItemProcessor", S)
PLANTED_IN_A_FLEET: dict[str, tuple[Mutation, str]] = {
    "an item's failure that is not marked": (
        put(*INSIDE, "Missed", "Parameters", value={"target.$": "$.target"}),
        "Each/Start: Catch: a failure goes on to Missed without passing GiveUp",
    ),
    "items that are tried all over again": (
        put(S, "Each", "Retry", value=[{"ErrorEquals": ["States.ALL"]}]),
        "Each: Retry: an item's failure is caught inside",
    ),
    "items that may fail": (
        put(S, "Each", "ToleratedFailurePercentage", value=100),
        "Each: ToleratedFailurePercentage: an item's failure is caught inside",
    ),
    "a start without its target": (
        drop(*INSIDE, "Start", "Parameters", "Input.$"),
        "Each/Start: Parameters.Input: what is started would not know its target",
    ),
    "items that end all others": (drop(*INSIDE, "Start", "Catch"), "Each: no item's failure is caught"),
    "results that are thrown away": (put(S, "Each", "ResultPath", value=None), "Each: Next: no Choice"),
    "marks that are not selected": (drop(S, "Each", "ResultSelector"), "Each: ResultSelector: the items"),
    "marks that nobody asks for": (put(S, "Each", "Next", value="Done"), "Each: Next: no Choice asks first"),
    "marks that end well": (
        put(S, "AllStarted", "Choices", 0, "Next", value="Done"),
        "Each: items that failed go on to Done without passing GiveUp",
    ),
    "a Fail inside": (
        put(*INSIDE, "Missed", value={"Type": "Fail", "Error": "GivenUp"}),
        "Each/Missed: a Fail inside ends its siblings",
    ),
    "a task without time-out inside": (
        drop(*INSIDE, "Start", "TimeoutSeconds"),
        "Each/Start: TimeoutSeconds is missing",
    ),
    "a service that is not retried": (
        put(*INSIDE, "Start", "Retry", value=[]),
        "Each/Start: Retry: a service's passing errors are not retried",
    ),
    "an item's member that is not there": (
        put(*INSIDE, "Missed", "Parameters", "missed", "target.$", value="$.environment"),
        "Each/Missed: Parameters.target.$: $.environment is not written on every way here",
    ),
    "items that are not there": (
        put(S, "Each", "ItemsPath", value="$.targets"),
        "Each: ItemsPath: $.targets is not written on every way here",
    ),
    "an item that may not be there": (
        put(S, "AllStarted", "Choices", 0, "Variable", value="$.starts.missed"),
        "SomeMissed: Parameters.Cause.$: $.starts.missed[0].target is not written on every way here",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PLANTED_IN_A_FLEET)
def test_a_mistake_that_is_planted_in_a_fleet_is_refused_with_its_place(fleet: Machine, mistake: str) -> None:
    mutate, told = PLANTED_IN_A_FLEET[mistake]
    mutate(fleet)
    assert [text for text in found(fleet) if text.startswith(told)], found(fleet)


PLANTED_UNDER_A_LOCK: dict[str, tuple[Mutation, str]] = {
    "work without the lock": (
        put(S, "Route", "Choices", 0, "Next", value="Act"),
        "Act: a way leads here that does not pass BeginRun",
    ),
    "a good end that keeps the lock": (
        put(S, "Acted", "Choices", 0, "Next", value="Quiet"),
        "Quiet: a way leads here from BeginRun that does not pass FinishRun",
    ),
    "a lock that is kept as soon as it is taken": (
        put(S, "Begun", "Choices", 0, "Next", value="Done"),
        "Done: a way leads here from BeginRun that does not pass FinishRun",
    ),
    "a lock that nobody looks at": (
        put(S, "BeginRun", "Next", value="Done"),
        "Done: a way leads here from BeginRun that does not pass FinishRun",
    ),
    "a wait that outlasts the lock": (
        put(S, "Pause", "Seconds", value=2700),
        "the machine: a step, the wait behind it and every try of the next can be silent for",
    ),
    "a wait of nobody knows how long": (
        put(S, "Pause", value={"Type": "Wait", "SecondsPath": "$.plan.mode", "Next": "Act"}),
        "Pause: SecondsPath: how long it waits is not known",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PLANTED_UNDER_A_LOCK)
def test_a_mistake_that_is_planted_under_a_lock_is_refused_with_its_place(
    locked: Machine, mistake: str
) -> None:
    mutate, told = PLANTED_UNDER_A_LOCK[mistake]
    mutate(locked)
    assert [text for text in found(locked) if text.startswith(told)], found(locked)


def test_a_failure_inside_a_branch_has_to_be_caught(machine: Machine) -> None:
    branches = [{"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}]
    machine[S]["Pause"] = {"Type": "Parallel", "Branches": branches, "ResultPath": None, "Next": "Act"}
    assert any(text.startswith("Pause: Catch: a branch that fails") for text in found(machine))
    machine[S]["Pause"]["Catch"] = copy.deepcopy(machine[S]["Act"]["Catch"])
    assert found(machine) == []
