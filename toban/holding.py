"""Places and removes holds by the control plane's rules; starts the machine if that changes something now."""

from __future__ import annotations

import getpass
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.errors import TemporaryError
from functions.night_scaling.policy.lead import learned_lead, wakes_of
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.holds import HoldRefused, place_hold, unexpired
from functions.night_scaling.schedule.until import resolve_until

if TYPE_CHECKING:
    from functions.night_scaling.policy.active_schedule import ActiveSchedule
    from functions.night_scaling.schedule.model import Hold, HoldKind, ScheduleDocument
    from toban.control import Control, View

ATTEMPTS = 5
"""How often a hold is placed anew when somebody else takes its place in the same moment."""


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """What a person asks for.

    Attributes:
        kind: "keep_awake" or "sleep_now".
        reason: Why.
        owner: Who; None is the login's name.
        until: When it ends, in people's words; None when `hours` says it.
        hours: How long it lasts; None when `until` says it.
        mode: Mode of a "sleep_now"; None is the next sleep's.
        target: Target that it concerns; None is all of them.
    """

    kind: HoldKind
    reason: str
    owner: str | None = None
    until: str | None = None
    hours: float | None = None
    mode: str | None = None
    target: str | None = None


def in_force(reached: Control, view: View) -> ActiveSchedule:
    """Returns the schedule in force.

    Raises:
        HoldRefused: There is none, so there is nothing to hold.
    """
    if view.choice is None:
        raise HoldRefused(
            f"{reached.environment} has no schedule, so nothing sleeps and nothing has to be held; "
            f"put one in force with `toban schedule apply {reached.environment} FILE`"
        )
    return view.choice


def place(reached: Control, request: HoldRequest) -> str:
    """Places a hold and tells in a sentence what comes of it.

    Raises:
        HoldRefused: A rule says no.
    """
    check(request)
    owner = request.owner or getpass.getuser()
    for _ in range(ATTEMPTS):
        view = reached.view()
        choice = in_force(reached, view)
        hold = place_hold(
            choice.document,
            existing=choice.holds,
            hold_id=_free_id(owner, choice, view.now),
            kind=request.kind,
            owner=owner,
            reason=request.reason,
            until=_end(request, choice.document, view.now),
            now=view.now,
            mode=request.mode,
            target=request.target,
            lead=learned_lead(choice.document.lead, wakes_of(view.record)),
        )
        if reached.table.place_hold(reached.environment, hold.id, _values(hold), now=view.now):
            others = [other for other in choice.holds if other.id != hold.id]
            begun = _begun(reached, choice.document, others, [*others, hold], view.now)
            what = "stays awake" if hold.kind == "keep_awake" else f"goes to {hold.mode}"
            return (
                f"{hold.id}: {reached.environment} {what} until {local(hold.expires, choice.document)}{begun}"
            )
    raise TemporaryError(f"{owner}'s holds change faster than this command can place one; try again")


def check(request: HoldRequest) -> None:
    """Refuses what no schedule could make right, before anybody is asked.

    Raises:
        HoldRefused: It has no end, two ends, or no length.
    """
    if (request.until is None) == (request.hours is None):
        raise HoldRefused(
            'say when the hold ends, in one way: --until "23:00", --until "next sleep" or --hours 3'
        )
    if request.hours is not None and not request.hours > 0:
        raise HoldRefused(f"--hours {request.hours:g} is no length: name more than 0, such as 3 or 0.5")


def remove(reached: Control, hold_id: str) -> str:
    """Removes a hold and tells in a sentence what comes of it.

    Raises:
        HoldRefused: There is no such hold.
    """
    view = reached.view()
    if not reached.table.remove_hold(reached.environment, hold_id):
        known = ", ".join(str(known_hold.get("id")) for known_hold in view.record.holds) or "none"
        raise HoldRefused(f"{reached.environment} has no hold {hold_id!r}; it has {known}")
    if view.choice is None:
        return f"{hold_id}: removed"
    left = [other for other in view.choice.holds if other.id != hold_id]
    return f"{hold_id}: removed{_begun(reached, view.choice.document, view.choice.holds, left, view.now)}"


def local(instant: datetime, document: ScheduleDocument) -> str:
    """Writes an instant on the wall clock of the document's zone."""
    return f"{instant.astimezone(document.zone):%a %Y-%m-%d %H:%M}"


def _end(request: HoldRequest, document: ScheduleDocument, now: datetime) -> datetime:
    if request.hours is None:
        return resolve_until(str(request.until), document=document, now=now)
    return now + timedelta(minutes=round(min(request.hours, 10_000) * 60))


def _free_id(owner: str, choice: ActiveSchedule, now: datetime) -> str:
    """Chooses one of the owner's few places: their number is the cap, so two commands at once cannot pass it.

    When none is free the first is returned, and the rule on the cap refuses the hold.
    """
    taken = {hold.id for hold in unexpired(choice.holds, now=now)}
    base = owner_slug(owner)
    places = (f"{base}-{number}" for number in range(1, choice.document.caps.holds_per_owner + 1))
    return next((candidate for candidate in places if candidate not in taken), f"{base}-1")


def owner_slug(owner: str) -> str:
    """Returns an owner as a part of an identifier; owners that differ never share one."""
    slug = re.sub(r"[^a-z0-9]+", "-", owner.lower()).strip("-")[:40]
    return slug if slug == owner else f"{slug or 'owner'}-{hashlib.sha256(owner.encode()).hexdigest()[:6]}"


def _values(hold: Hold) -> dict[str, object]:
    return {
        "kind": hold.kind,
        "owner": hold.owner,
        "reason": hold.reason,
        "begins": _instant(hold.begins),
        "expires": _instant(hold.expires),
        "mode": hold.mode,
        "target": hold.target,
    }


def _instant(moment: datetime) -> str:
    """Writes an instant so that its text sorts by time, as the table compares it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _begun(
    reached: Control,
    document: ScheduleDocument,
    before: tuple[Hold, ...] | list[Hold],
    after: list[Hold],
    now: datetime,
) -> str:
    """Starts the machine when the holds change what holds now; returns the end of the sentence."""
    was, will = (desired(document, holds=tuple(holds), now=now) for holds in (before, after))
    if was.mode == will.mode:
        return ""
    reached.start("hold")
    return f"; it goes from {was.mode} to {will.mode} now"
