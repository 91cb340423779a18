"""Asks people for an approval and takes their answers: a state waits, and the table keeps who said what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from functions.core.control import Audience, TargetRecord
from functions.core.errors import NotFound, PermanentError, SafetyRefusal
from functions.core.ports.control_table import Memory, Notes
from functions.runs.notifying import notify_of_failure
from functions.runs.policy import approval as policy
from functions.runs.policy.approval import Answer, Approval, Verdict
from functions.runs.policy.page import Message, wall_clock

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from functions.core.ports.stepfunctions import TaskTokens
    from functions.runs.ports import RunPorts

DENIED = "SafetyRefusal"
"""Error with which a state fails that a person has denied: the machine gives up as for any other gate."""


class Table(Memory, Notes, Protocol):
    """What is read and written of the control table."""


def request(
    ports: RunPorts, record: TargetRecord, asked: Approval, *, target: str, zone: ZoneInfo, now: datetime
) -> None:
    """Writes down what is asked, and tells whoever is on duty, with the command that answers.

    Called again with the same approval, by a retry, it changes and tells nothing.

    Raises:
        SafetyRefusal: Another plan is asked for under the same id.
    """
    name = policy.NOTE_PREFIX + asked.id
    known = record.note(name).values
    if known and policy.from_values(known).digest != asked.digest:
        raise SafetyRefusal(f"{asked.id} of {target} is asked for already, with another plan.")
    if not known and not ports.table.write_note(target, name, policy.to_values(asked), over=0):
        raise SafetyRefusal(f"{asked.id} of {target} was asked for by somebody else in the same moment.")
    kind = f"{asked.capability}-approval-"
    message = Message(
        asked.id,
        f"Toban {target}: {asked.capability.replace('_', ' ')} waits for you",
        _text(asked, target, zone),
    )
    notify_of_failure(ports, record, message, to=Audience.ON_DUTY, kind=kind, target=target, now=now)


def answer(
    table: Table, tokens: TaskTokens, given: Answer, *, target: str, approval_id: str, digest: str
) -> Verdict:
    """Takes an answer, and lets the state go on or fail once the answers decide.

    The answer is written first: a crash after it leaves a state that still waits, and the same
    person's same answer, given again, lets it go.

    Returns:
        What the approval has come to: still `waiting` when one more yes is needed.

    Raises:
        PermanentError: There is no such approval.
        SafetyRefusal: The answer does not count; the sentence says why.
    """
    note = table.recall(target).note(policy.NOTE_PREFIX + approval_id)
    if not note.values:
        raise PermanentError(f"Nothing of {target} waits for an approval {approval_id}.")
    asked = policy.from_values(note.values)
    if not policy.is_repeated(asked, given, digest=digest):
        refusal = policy.refusal(asked, given, digest=digest)
        if refusal:
            raise SafetyRefusal(f"The answer does not count: {refusal}.")
        asked = policy.with_answer(asked, given)
        written = policy.to_values(asked)
        if not table.write_note(target, policy.NOTE_PREFIX + approval_id, written, over=note.revision):
            raise SafetyRefusal(
                f"Somebody else answered {approval_id} in the same moment; look, and answer again."
            )
    verdict = policy.verdict(asked, now=given.at)
    try:
        _let_go(tokens, asked, verdict)
    except NotFound as gone:
        raise SafetyRefusal(
            f"The run that waited for {approval_id} does not wait any more; nothing is done."
        ) from gone
    return verdict


def _let_go(tokens: TaskTokens, asked: Approval, verdict: Verdict) -> None:
    said = [f"{answer.who}: {answer.reason}" for answer in asked.answers]
    if verdict is Verdict.APPROVED:
        tokens.succeed(asked.token, {"approval": asked.id, "digest": asked.digest, "approved_by": said})
    elif verdict is Verdict.DENIED:
        tokens.fail(asked.token, error=DENIED, cause=f"{asked.id} was denied by {said[-1]}")


def _text(asked: Approval, target: str, zone: ZoneInfo) -> str:
    people = "one person" if asked.people == 1 else f"{asked.people} people, {asked.asked_by} among them"
    command = f"{target} {asked.id} --digest {asked.digest}"
    return (
        f"What: {asked.summary}\nAsked by: {asked.asked_by}\nNeeds: the yes of {people}, "
        f"until {wall_clock(asked.expires_at, zone)}. Without it nothing is done.\n\n"
        f'To let it go on:\n  toban approval yes {command} --reason "why"\n'
        f'To stop it:\n  toban approval no {command} --reason "why"'
    )
