"""Ends a run that cannot go on: records it, gives the lock back, and tells people once what to do."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from functions.core import names
from functions.core.control import Audience, TargetRecord
from functions.core.errors import OpsError
from functions.runs.notifying import failures_of, notify_of_failure, undecided_of
from functions.runs.policy.causes import kind_of, sentence_of
from functions.runs.policy.guards import paused_by
from functions.runs.policy.links import execution_link, runbook_link
from functions.runs.policy.page import Outlook, failure_page
from functions.runs.ports import RunPorts
from functions.runs.run import NOTHING, Run, read_run
from functions.runtime.entrypoint import Call

GIVEN_UP = "Run Given Up"
"""Detail type of the event; its source names the capability."""


class Failure(NamedTuple):
    """A run that cannot go on.

    Attributes:
        target: What it was about.
        run: The run; None when it failed before it was decided.
        record: What is remembered of the target.
        first: Whether this is the first try at giving up; what is counted is counted then.
    """

    target: str
    run: Run | None
    record: TargetRecord
    first: bool = True


def give_up(
    call: Call, ports: RunPorts, *, capability: str, abandon: Callable[[Failure], Outlook]
) -> dict[str, Any]:
    """Gives up. What was changed stays as it is until a later run finishes it or takes it back.

    It never fails for want of the table, the bus or a topic: then an alarm tells people.

    Args:
        call: The call; its run carries `error` with Step Functions' `Error` and `Cause`.
        ports: What is written to, and who is told.
        capability: Whose run it is; a run that was never decided does not say.
        abandon: Writes what the capability keeps of a failed attempt, and says what it means for people.
            Called again after a crash.
    """
    target = ports.settings.environment
    error = call.run.get("error") or {}
    name, cause = error.get("Error"), error.get("Cause")
    sentence = sentence_of(name, cause)
    run = read_run(call.run) if "started_at" in call.run else None
    to = run.tell if run else Audience.ON_DUTY
    answer = {"reason": sentence, "action": NOTHING}
    try:
        record = ports.table.recall(target)
    except OpsError:
        ports.alarm.untold(to, sentence)
        return answer
    first = True
    if run is not None:
        ended = {**run.payload(), "outcome": "given up", "error": sentence, "execution": call.execution}
        with suppress(OpsError):
            first = ports.table.record_run(target, ended, started_at=run.started_at, execution=call.execution)
        with suppress(OpsError):
            ports.announcer.announce(capability, GIVEN_UP, ended)
    outlook = _paused(abandon(Failure(target, run, record, first)), target, record)
    message = failure_page(
        key=f"{run.action if run else 'plan'} {kind_of(name, cause)} {outlook.key}",
        subject=f"Toban {target}: {_subject(capability, run)}",
        cause=sentence,
        did=run.did if run else (),
        outlook=outlook,
        runbook=runbook_link(outlook.runbook, docs_url=ports.settings.docs_url),
        execution=execution_link(call.execution),
    )
    kind = failures_of(capability) if run else undecided_of(capability)
    notify_of_failure(ports, record, message, to=outlook.tell or to, kind=kind, target=target, now=call.now)
    with suppress(OpsError):
        # A lock that cannot be given back ends with its lease.
        ports.table.release(target, execution=call.execution)
    return answer


def _paused(outlook: Outlook, target: str, record: TargetRecord) -> Outlook:
    """Returns the outlook of a target that a person has paused: nothing comes next, and nobody gets up."""
    paused = paused_by(record.note(names.PAUSE_NOTE).values)
    if not paused:
        return outlook
    environment = names.environment_of(target)
    return outlook._replace(
        next=f"nothing: it is {paused}. To let Toban act again: toban pause {environment} --off",
        stop="it is stopped already.",
        tell=Audience.TEAM,
    )


def _subject(capability: str, run: Run | None) -> str:
    what = run.action if run else "decision"
    return f"{capability} {what} was given up".replace("_", " ")
