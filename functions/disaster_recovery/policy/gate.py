"""The gate before the point of no return: all that has to be true at this very moment, looked at anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from functions.disaster_recovery.policy.approving import Approved, approved
from functions.disaster_recovery.policy.evidencing import Against, against
from functions.disaster_recovery.policy.exclusion import Exclusion, exclusion
from functions.disaster_recovery.policy.requesting import DRILL, DRY_RUN, why_refused
from functions.disaster_recovery.policy.restored_data import why_unproved
from functions.runs.policy.approval import Verdict

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.situation import Situation
    from functions.disaster_recovery.policy.sources import Source


UNREADABLE: Final = "the recovery Region's epoch cannot be read, so the fence cannot raise it"


class Gate(NamedTuple):
    """Whether the point of no return may be passed, why not, and what that was judged by."""

    is_open: bool
    reasons: tuple[str, ...]
    refused: tuple[str, ...]
    against: tuple[Against, ...]
    approved: Approved
    exclusion: Exclusion
    unproved: str | None


def gate(situation: Situation, source: Source) -> Gate:
    """Returns the state of the gate now; evidence, approval and locks each have to hold by themselves."""
    refused = tuple(why_refused(situation))
    people, locks = approved(situation), exclusion(situation)
    standing = tuple(each for each in against(situation) if each.override not in people.overrides)
    reasons = [*refused, *(each.sentence for each in standing)]
    if situation.request.mode == DRY_RUN:
        reasons.append("a dry run changes nothing")
    if situation.request.mode == DRILL:
        reasons.append("a drill has no point of no return: nothing is fenced, promoted or moved")
    if situation.aborted:
        reasons.append(f"{situation.aborted.who} aborted it: {situation.aborted.reason}; that is final")
    if people.verdict is not Verdict.APPROVED:
        reasons.append(f"the approval is {people.verdict}")
    elif not people.fresh:
        reasons.append(
            f"the yes is older than {situation.limits.evidence_minutes} minutes: people are asked again"
        )
    if locks.recovery != "held":
        reasons.append("the recovery Region's lock is not ours")
    if source.use == "none":
        reasons.append(source.why)
    if situation.epochs.recovery is None:
        reasons.append(UNREADABLE)
    unproved = why_unproved(situation, source.use, by_choice=source.by_choice)
    if unproved and source.use != "none":
        reasons.append(unproved)
    return Gate(not reasons, tuple(reasons), refused, standing, people, locks, unproved)
