"""Sees to an execution that ended without a word: its lock is taken from it, and people are told."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from functions.core.control import Audience
from functions.core.errors import PermanentError
from functions.runs.notifying import failures_of, notify_of_failure
from functions.runs.policy.causes import kind_of, sentence_of
from functions.runs.policy.links import execution_link, runbook_link
from functions.runs.policy.page import Outlook, failure_page, pause_of
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.runs.ports import RunPorts

RUNBOOK = "execution_failed"
ENDED = "Run Ended"
"""Detail type of the event; its source names the capability."""
NOBODY = "nobody: it costs money at most, or somebody stopped it and knows."
ABORTED = "ABORTED"


def read_status_change(event: Mapping[str, Any]) -> Call:
    """Reads EventBridge's `Step Functions Execution Status Change`.

    Raises:
        PermanentError: The event is another.
    """
    try:
        detail = event["detail"]
        now = datetime.fromisoformat(event["time"])
        machine = str(detail["stateMachineArn"]).rsplit(":", 1)[-1]
        run = {
            **_input(detail.get("input")),
            "machine": machine,
            "status": str(detail["status"]),
            "error": {"Error": detail.get("error"), "Cause": detail.get("cause")},
        }
        return Call(now=now, execution=str(detail["executionArn"]), run=run)
    except (KeyError, TypeError, ValueError) as error:
        raise PermanentError(f"The event is no change of an execution's status ({error!r}).") from error


def _input(text: str | None) -> dict[str, Any]:
    """Returns the target of the execution's input, of which nothing else counts.

    Empty when AWS left it out, because it was too long, or it is no mapping.
    """
    given = json.loads(text) if text else {}
    return {"target": given.get("target")} if isinstance(given, dict) else {}


@entrypoint(reads=read_status_change)
def handler(call: Call, ports: RunPorts) -> dict[str, Any]:
    """Frees the target, records how the execution ended, and tells people once.

    The lock goes first, so that the next run finds it free even when nobody can be told. From then on the
    dead execution cannot take it any more: a function of it may still be running.
    """
    target, status = ports.settings.environment, call.run["status"]
    capability = str(call.run["machine"]).removeprefix(f"toban-{target.partition('/')[0]}-").replace("-", "_")
    record = ports.table.recall(target)
    holder = record.lock.holder if record.lock and record.lock.holder.execution == call.execution else None
    error = call.run["error"]
    name, cause = error["Error"] or status, error["Cause"]
    sentence = sentence_of(name, cause)
    ports.table.expel(target, execution=call.execution)
    ended = {
        "capability": capability,
        "target": target,
        "outcome": _words(status.lower()),
        "error": sentence,
        "execution": call.execution,
        "action": holder.action if holder else "unknown",
    }
    ports.table.record_run(target, ended, started_at=call.now, execution=call.execution)
    ports.announcer.announce(capability, ENDED, ended)
    action = f"{_words(holder.action)} " if holder else ""
    # Somebody who stops an execution knows of it; nobody else has to get up.
    to = Audience.TEAM if status == ABORTED else holder.tell if holder else Audience.ON_DUTY
    message = failure_page(
        key=f"{capability} {action}{to} {status} {kind_of(name, cause)}",
        subject=f"Toban {target}: {_words(capability)} {action}ended: {_words(status.lower())}",
        cause=sentence,
        did=["took its lock away; what the run itself did stands in the execution"] if holder else [],
        outlook=Outlook(
            who=NOBODY
            if to is Audience.TEAM
            else f"nobody knows yet: look first, with `toban status {target}`.",
            next="the target is free, and the next scheduled run takes up what is unfinished.",
            stop=pause_of(target),
            runbook=RUNBOOK,
        ),
        runbook=runbook_link(RUNBOOK, docs_url=ports.settings.docs_url),
        execution=execution_link(call.execution),
    )
    notify_of_failure(
        ports, record, message, to=to, kind=failures_of(capability), target=target, now=call.now
    )
    return {"reason": sentence, "action": "reap", "target": target}


def _words(name: str) -> str:
    return name.replace("_", " ")
