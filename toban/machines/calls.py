"""How a Task calls: with the run that its step reads, within its own time, and again only for what passes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toban.machines.durations import DEFAULT_ATTEMPTS, GIVE_UP
from toban.machines.graph import calls_lambda

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.machines.graph import State

SERVICE_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.OutOfMemory",
    "Sandbox.Timedout",
    "States.Timeout",
}
"""What Lambda itself fails with although the handler did nothing wrong."""

TEMPORARY = "TemporaryError"
CALL = {"now.$": "$$.State.EnteredTime", "execution.$": "$$.Execution.Id", "run.$": "$"}
"""What `functions.runtime.entrypoint` reads: without this state's instant no lock is renewed, without the
execution's ARN none is its own, and without the whole run nobody can be told of its end."""


def check_task(name: str, state: State) -> Iterator[str]:
    """Yields what is wrong with how a Task of this name calls, and what becomes of its failures."""
    if not isinstance(state.get("TimeoutSeconds"), int):
        yield "TimeoutSeconds is missing: a call that is lost would wait for 99,999,999 s"
    if calls_lambda(state):
        yield from _call(name, state)
        yield from _step_retries(state)
    else:
        yield from _service(state)
    catches = state.get("Catch", ())
    if not catches or catches[-1].get("ErrorEquals") != ["States.ALL"]:
        yield "Catch: its last rule does not take States.ALL: a failure would end the run untold"
    for index, rule in enumerate(catches):
        if not re.match(r"^\$\.\w", str(rule.get("ResultPath", "$"))):
            yield f"Catch[{index}].ResultPath: it takes the run away that giving up needs: write $.error"


def _call(name: str, state: State) -> Iterator[str]:
    parameters = state.get("Parameters") or {}
    function = parameters.get("FunctionName")
    if function != f"${{{name}Function}}":
        yield f"Parameters.FunctionName: {function!r} is not the state's own, ${{{name}Function}}"
    if parameters.get("Payload") != CALL:
        yield f"Parameters.Payload: it is not what a step reads: write {CALL}"
    if name != GIVE_UP and state.get("ResultPath", "$") is None:
        yield "ResultPath: the step's answer is thrown away, and the run goes on as it was before"


def _retried(state: State) -> set[str]:
    """Returns the errors that are tried again: with no attempts left, naming one is refusing it."""
    return {
        error
        for retrier in state.get("Retry", ())
        if int(retrier.get("MaxAttempts", DEFAULT_ATTEMPTS)) > 0
        for error in retrier.get("ErrorEquals", ())
    }


def _step_retries(state: State) -> Iterator[str]:
    retried = _retried(state)
    if TEMPORARY not in retried:
        yield f"Retry: {TEMPORARY} is not retried, though it passes by itself"
    missing = sorted(SERVICE_ERRORS - retried)
    if missing:
        yield f"Retry: Lambda's own errors are not retried: {', '.join(missing)}"
    named = {error for retrier in state.get("Retry", ()) for error in retrier.get("ErrorEquals", ())}
    for error in sorted(named - SERVICE_ERRORS - {TEMPORARY}):
        yield f"Retry: {error} would retry what only a person can mend, or hide what passes: take it out"


def _service(state: State) -> Iterator[str]:
    if "States.ALL" not in _retried(state):
        yield "Retry: a service's passing errors are not retried: write States.ALL"
    parameters = state.get("Parameters") or {}
    if ":states:startExecution" in str(state.get("Resource")) and not {"Input", "Input.$"} & set(parameters):
        yield "Parameters.Input: what is started would not know its target: write Input.$"
