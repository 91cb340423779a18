"""What every tick sees to besides its decision: who has to be told of what, and what is remembered for the next one."""

from datetime import datetime

from functions.core import names
from functions.night_scaling import guarding, inventory
from functions.night_scaling.accounting import account
from functions.night_scaling.lateness import late
from functions.night_scaling.messages import Message
from functions.night_scaling.notice import notice_of
from functions.night_scaling.planning import Planned
from functions.night_scaling.telling import CONFIGURATION, LATE, NOTICE, OBSERVED, UNSAVED, tell
from functions.runtime.wiring import Ports


def watch(ports: Ports, planned: Planned, *, environment: str, now: datetime) -> None:
    """Tells and remembers; a quiet tick of a healthy environment writes nothing."""
    record = planned.record

    def told(pager: object, kind: str, messages: list[Message]) -> None:
        tell(
            ports,
            ports.notices if pager == "team" else ports.pager,
            record,
            messages,
            kind=kind,
            environment=environment,
            now=now,
        )

    refused = f"Toban {environment}: configuration refused"
    told("duty", CONFIGURATION, [Message(fault, refused, fault) for fault in planned.faults])
    told("team", NOTICE, [] if names.member_of(environment) else _notices(planned))
    told("team", OBSERVED, _observed(planned, environment))
    told("duty", LATE, _late(planned, environment, now))
    spent = account(ports, planned, environment=environment, now=now)
    told("team", UNSAVED, _unsaved(spent, environment))
    choice = planned.choice
    if choice and choice.text and choice.text != record.last_good_schedule:
        ports.table.keep_last_good(environment, choice.text)
    _remember(ports, planned, environment=environment, now=now)


def _notices(planned: Planned) -> list[Message]:
    notice = None
    if planned.choice and planned.answer:
        notice = notice_of(planned.choice.document, planned.answer)
    return [notice] if notice else []


def _observed(planned: Planned, environment: str) -> list[Message]:
    decision, answer = planned.decision, planned.answer
    if not decision.observed or answer is None:
        return []
    key = f"{decision.mode} {answer.since.isoformat() if answer.since else ''}"
    text = f"{environment} is {decision.reason}.\nTo act at once, deploy with the parameter ObserveDays=0."
    return [Message(key, f"Toban {environment}: would go to {decision.mode} now", text)]


def _late(planned: Planned, environment: str, now: datetime) -> list[Message]:
    if not (planned.choice and planned.answer):
        return []
    sentence = late(
        planned.choice.document, planned.answer, planned.record.snapshot, lead=planned.lead, now=now
    )
    if sentence is None:
        return []
    return [Message(sentence.partition("\n")[0], f"Toban {environment}: not ready at opening", sentence)]


def _unsaved(sentence: str | None, environment: str) -> list[Message]:
    if sentence is None:
        return []
    text = (
        f"{environment}: {sentence}.\nSee what holds its nodes:\n  toban status {environment}\n"
        "What to look at first: docs/runbooks/night_scaling_not_saved.md"
    )
    # The sentence begins "since", and the sleep's beginning is what names it.
    return [Message(sentence.split()[1], f"Toban {environment}: planned but not saved", text)]


def _remember(ports: Ports, planned: Planned, *, environment: str, now: datetime) -> None:
    record = planned.record
    observing = record.note(guarding.OBSERVING)
    if not observing.values and ports.settings.observe_days:
        ports.table.write_note(
            environment, guarding.OBSERVING, {"since": now.isoformat()}, over=observing.revision
        )
    memory = record.note(inventory.NOTE)
    seen = inventory.remembered(memory.values, planned.nodegroups, now=now)
    if seen is not None:
        ports.table.write_note(environment, inventory.NOTE, seen, over=memory.revision)
