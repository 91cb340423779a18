"""Climbs a ladder: the first look that finds its cause and whose rung is open decides; others say why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.remediation.policy.codes import Mode, Rung, Told, Verdict
from functions.remediation.policy.ladders.all import LADDERS
from functions.remediation.policy.looks import Stop
from functions.remediation.policy.plan import Step
from functions.remediation.policy.reasons import Code, Reason
from functions.remediation.policy.rungs.releases import under_way
from functions.remediation.policy.snapshot import Snapshot
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection

    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Ladder
    from functions.remediation.policy.looks import Look


FIELDS = Snapshot._fields
_WHILE_ROLLING = frozenset({None, Rung.AWAIT_ROLLOUT, Rung.ROLLBACK})
"""Rungs of looks that are open while a roll-out is under way."""


class Climbed(NamedTuple):
    """Where a ladder ended: at a step, or at a stop; and the reasons of what was passed over on the way."""

    end: Step | Stop
    passed: tuple[Reason, ...]


def climb(case: Case, ladder: Ladder, *, tried: Collection[str]) -> Climbed:
    """Returns the step of the first cause that is found, or why the ladder ends.

    Args:
        case: The case.
        ladder: Which one.
        tried: Rungs that this run has taken: what has not cured is not done twice.
    """
    passed: list[Reason] = []
    unread = unreadable_sources(case.snapshot)
    rolling = under_way(case) is not None
    for look in LADDERS[ladder]:
        if rolling and look.rung not in _WHILE_ROLLING:
            passed.append(Reason(Code.ROLLOUT_UNDER_WAY, f"{look.rung}: only the roll-out may be taken back"))
            continue
        if unread and not unread.keys().isdisjoint(look.sources):
            passed.append(_unread(look, unread))
            continue
        found = look.find(case)
        if found is None:
            continue
        if isinstance(found, Step):
            if found.rung in tried:
                found = Reason(Code.TRIED, f"{found.rung} was done in this run and has not cured")
            elif case.service.mode_of(found.rung) is Mode.OFF:
                found = Reason(Code.RUNG_OFF, f'the policy says "off" for {found.rung}')
            else:
                return Climbed(found, tuple(passed))
        if isinstance(found, Stop):
            return Climbed(found, tuple(passed))
        passed.append(Reason(found.code, f"{look.rung or 'look'}: {found.text}"))
    nothing = Reason(Code.NO_RUNG_FITS, f"no rung of {ladder} is open and fits what was found")
    return Climbed(Stop(Verdict.ESCALATE, nothing, Told.ON_DUTY), tuple(passed))


def unreadable_sources(snapshot: Snapshot) -> dict[str, str]:
    """Returns the sources of a snapshot that cannot be read, and why."""
    if Unreadable not in [*map(type, snapshot)]:
        return {}
    return {
        name: found.unreadable
        for name, found in zip(FIELDS, snapshot, strict=True)
        if type(found) is Unreadable
    }


def _unread(look: Look, unread: dict[str, str]) -> Reason:
    source = next(source for source in look.sources if source in unread)
    text = f"{look.rung or 'a look'}: {source} cannot be read ({unread[source]})"
    return Reason(Code.SOURCE_UNREAD, text)
