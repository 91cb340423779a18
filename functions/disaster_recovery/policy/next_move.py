"""What is next, and only one thing: the first of these that has to be done before anything after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from functions.disaster_recovery.policy.gate import UNREADABLE
from functions.disaster_recovery.policy.passing import contradictions, is_fenced, passed_at
from functions.disaster_recovery.policy.requesting import DRILL, DRY_RUN
from functions.disaster_recovery.policy.steps import DATABASE, GREEN
from functions.runs.policy.approval import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from functions.disaster_recovery.policy.gate import Gate
    from functions.disaster_recovery.policy.situation import Situation
    from functions.disaster_recovery.policy.sources import Source

MOVES: Final = (
    "report",
    "refuse",
    "tear-down",
    "redrive",
    "go-forward",
    "finish",
    "wait-for-lock",
    "take-lock",
    "page",
    "choose-source",
    "ask-again",
    "look-again",
    "override-or-abort",
    "rebuild",
    "wait-for-approval",
    "pass-the-point-of-no-return",
    "verify-and-tear-down",
)


class Move(NamedTuple):
    """What to do, why, what goes on meanwhile, and whether whoever is on duty is paged."""

    do: str
    why: str
    meanwhile: str | None = None
    pages: bool = False


def next_move(situation: Situation, gate: Gate, source: Source) -> Move:
    """Returns what is next."""
    mode = situation.request.mode
    if mode == DRY_RUN:
        odd = contradictions(situation)
        why = "; but ".join(("a dry run plans, looks at every gate and changes nothing", *odd))
        return Move("report", why, pages=bool(odd))
    if passed_at(situation):
        return _beyond(situation)
    if gate.refused:
        return Move("refuse", "; ".join(gate.refused))
    if situation.aborted:
        return Move(
            "tear-down", f"{situation.aborted.who} aborted it: everything made is torn down, for good"
        )
    if gate.approved.verdict in {Verdict.DENIED, Verdict.EXPIRED}:
        return Move(
            "tear-down", f"the approval is {gate.approved.verdict}: everything made is torn down", pages=True
        )
    return _before(situation, gate, source)


def _beyond(situation: Situation) -> Move:
    aborted = "; an abort comes too late, fail back instead" if situation.aborted else ""
    odd = contradictions(situation)
    told = aborted + "".join(f"; but {each}" for each in odd)
    if failed := _failed(situation):
        return Move("redrive", f"{failed} failed beyond the point of no return{told}", pages=True)
    if GREEN in _done(situation):
        fence = "" if is_fenced(situation) else "; a job goes on trying to fence the primary"
        return Move("finish", f"the environment is green{fence}{told}", pages=bool(odd))
    return Move("go-forward", f"beyond the point of no return there is only forward{told}", pages=bool(odd))


def _before(situation: Situation, gate: Gate, source: Source) -> Move:
    meanwhile = "rebuild" if gate.unproved else None
    holding_back = (
        *_by_locks(gate),
        *_by_data(situation, source, meanwhile),
        *_by_evidence_and_people(gate, meanwhile),
    )
    if holding_back:
        return holding_back[0]
    if gate.unproved:
        return Move("rebuild", gate.unproved)
    if situation.request.mode == DRILL:
        return Move("verify-and-tear-down", "a drill has no point of no return")
    if situation.epochs.recovery is None:
        return Move("look-again", UNREADABLE, pages=True)
    if not gate.is_open:
        return Move("page", "; ".join(gate.reasons), pages=True)
    return Move("pass-the-point-of-no-return", "evidence, two people, lock and data are there at this moment")


def _by_locks(gate: Gate) -> Iterator[Move]:
    if gate.exclusion.recovery in {"wait", "unreachable"}:
        yield Move("wait-for-lock", gate.exclusion.sentences[0], pages=True)
    if gate.exclusion.recovery == "take":
        yield Move("take-lock", gate.exclusion.sentences[0])


def _by_data(situation: Situation, source: Source, meanwhile: str | None) -> Iterator[Move]:
    if source.use == "none":
        yield Move("page", source.why, meanwhile, pages=True)
    if failed := _failed(situation):
        yield Move("redrive", f"{failed} failed", meanwhile, pages=True)
    if source.a_person_may_choose:
        why = "the forecast breaks the RTO: a person may choose the snapshot, or stay with the point in time"
        yield Move("choose-source", why, meanwhile, pages=True)


def _by_evidence_and_people(gate: Gate, meanwhile: str | None) -> Iterator[Move]:
    for each in sorted(gate.against, key=lambda each: each.override is None):
        if each.override:
            yield Move("override-or-abort", each.sentence, meanwhile, pages=True)
        else:
            yield Move("look-again", each.sentence, meanwhile)
    if gate.approved.verdict is Verdict.WAITING:
        why = "approval costs no time: what can be thrown away is built beside it"
        yield Move("wait-for-approval", why, meanwhile)
    elif not gate.approved.fresh:
        yield Move("ask-again", "the yes is too old to pass the point of no return on", meanwhile)


def _done(situation: Situation) -> set[str]:
    return {step.name for step in situation.progress if step.ended_at and not step.failed}


def _failed(situation: Situation) -> str | None:
    """Returns a failed step; one of the two restores of the database is not needed while the other lives."""
    failed = [step.name for step in situation.progress if step.failed]
    vital = [name for name in failed if not name.startswith(DATABASE)]
    return next(iter(vital), None)
