"""Holds: a person keeps everything awake, or asleep, until an instant at which the hold ends by itself.

The rules here are pure. Whoever stores holds asks `place_hold` first, and stores what it gives.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from functions.core.errors import SafetyRefusal
from functions.night_scaling.schedule.desired import desired
from functions.night_scaling.schedule.model import AWAKE, Hold, HoldKind, ScheduleDocument

if TYPE_CHECKING:
    from collections.abc import Sequence


_LONGEST_TEXT = 200


class HoldRefused(SafetyRefusal):
    """A hold breaks a rule; its text says which, and what to ask for instead."""


class HoldChangesNothing(HoldRefused):
    """What a hold asks for holds anyway, until after its end."""


def unexpired(holds: Sequence[Hold], *, now: datetime) -> tuple[Hold, ...]:
    """Lists the holds that act now or will act, in their order."""
    return tuple(hold for hold in holds if hold.expires > now)


def place_hold(
    document: ScheduleDocument,
    *,
    existing: Sequence[Hold],
    hold_id: str,
    kind: HoldKind,
    owner: str,
    reason: str,
    until: datetime,
    now: datetime,
    begins: datetime | None = None,
    mode: str | None = None,
    target: str | None = None,
    lead: timedelta | None = None,
) -> Hold:
    """Makes a hold when the rules allow it.

    Args:
        document: The schedule in force.
        existing: The holds that are known.
        hold_id: Identifier of the new hold, chosen by the caller.
        kind: "keep_awake" or "sleep_now".
        owner: Who asks.
        reason: Why.
        until: When the hold ends, aware.
        now: The present instant, aware.
        begins: When it begins, aware; None is now.
        mode: The mode of a "sleep_now"; None is the mode of the schedule's next sleep, or its first mode.
        target: The target it concerns; None is all of them.
        lead: How long before its end a wake begins, as it was learned; None is the document's.

    Raises:
        HoldRefused: an owner, a reason, a known mode or target is missing, the hold would end before it
            begins, last longer than the cap or do nothing, or the owner has too many.
    """
    begins = begins or now
    _check_words(owner=owner, reason=reason, document=document, mode=mode, target=target)
    _check_length(document, begins=begins, until=until, now=now)
    _check_room(document, owner, unexpired(existing, now=now))
    if kind == "sleep_now":
        mode = mode or _next_mode(document, now)
    else:
        _check_use(document, begins=begins, until=until)
        mode = None
    hold = Hold(
        id=hold_id,
        kind=kind,
        owner=owner,
        reason=reason,
        begins=begins,
        expires=until,
        mode=mode,
        target=target,
    )
    if kind == "sleep_now":
        _check_sleeps(document, hold, lead or document.lead)
    return hold


def _check_sleeps(document: ScheduleDocument, hold: Hold, lead: timedelta) -> None:
    """Refuses a sleep that never comes: a freeze keeps awake, or its wake would begin at once."""
    state = desired(document, holds=(hold,), now=hold.begins, lead=lead)
    if not state.asleep and (state.next_change is None or state.next_change >= hold.expires):
        raise HoldChangesNothing(
            f"a hold until {_local(hold.expires, document)} would never sleep: {state.reason}; "
            f"it has to last longer than the {lead // timedelta(minutes=1)} minutes of a wake"
        )


def _check_room(document: ScheduleDocument, owner: str, known: Sequence[Hold]) -> None:
    owned = [hold.id for hold in known if hold.owner == owner]
    if len(owned) >= document.caps.holds_per_owner:
        raise HoldRefused(
            f"{owner} has {len(owned)} holds already ({', '.join(owned)}), the most that one owner may have; "
            f"remove one first"
        )


def _next_mode(document: ScheduleDocument, now: datetime) -> str:
    state = desired(document, now=now)
    return state.mode if state.asleep else state.next_mode or next(iter(document.modes))


def _check_words(
    *, owner: str, reason: str, document: ScheduleDocument, mode: str | None, target: str | None
) -> None:
    for name, text in (("an owner", owner), ("a reason", reason)):
        if not text.strip() or len(text) > _LONGEST_TEXT or not text.isprintable():
            raise HoldRefused(f"a hold needs {name} of 1 to {_LONGEST_TEXT} printable characters")
    if mode is not None and mode not in document.modes:
        raise HoldRefused(f"{mode!r} is no mode of this schedule; it has {', '.join(document.modes)}")
    if target is not None and target not in {each.name for each in document.targets}:
        known = ", ".join(each.name for each in document.targets) or "none"
        raise HoldRefused(f"{target!r} is no target of this schedule; it has {known}")


def _check_length(document: ScheduleDocument, *, begins: datetime, until: datetime, now: datetime) -> None:
    if until <= max(begins, now):
        raise HoldRefused(
            f"a hold until {_local(until, document)} would be over at once; name a later instant"
        )
    hours = (until - begins) / timedelta(hours=1)
    if hours > document.caps.hold_hours:
        latest = begins + timedelta(hours=document.caps.hold_hours)
        raise HoldRefused(
            f"a hold until {_local(until, document)} would last {hours:.1f} hours; it may last "
            f"{document.caps.hold_hours}, until {_local(latest, document)} at the latest"
        )


def _check_use(document: ScheduleDocument, *, begins: datetime, until: datetime) -> None:
    state = desired(document, now=begins)
    if state.mode == AWAKE and (state.next_change is None or state.next_change >= until):
        when = _local(state.next_change, document) if state.next_change else "never"
        raise HoldChangesNothing(
            f"a hold until {_local(until, document)} would do nothing: "
            f"everything is awake and the next sleep begins {when}; name a later instant"
        )


def _local(instant: datetime, document: ScheduleDocument) -> str:
    return instant.astimezone(document.zone).isoformat(timespec="minutes")
