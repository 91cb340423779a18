"""Which alarms of a service are to be acted on now: what counts is what `DescribeAlarms` says at present."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.remediation.policy.codes import GRAVITY, Ladder
from functions.remediation.policy.reasons import Code, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.remediation.policy.rules import Policy


class Alarm(NamedTuple):
    """An alarm as it is at present.

    Attributes:
        name: Its name.
        state: OK, ALARM or INSUFFICIENT_DATA.
        since: When it changed to that (`StateTransitionedTimestamp`).
        previous: The state before it, where an event told; OK otherwise.
        configured_at: When it was created or last changed.
        window_minutes: Period times evaluation periods.
        evaluation: `EvaluationState`; None when it evaluates well.
        suppressed_by: Parent that suppresses its actions.
    """

    name: str
    state: str
    since: datetime
    previous: str = "OK"
    configured_at: datetime | None = None
    window_minutes: int = 5
    evaluation: str | None = None
    suppressed_by: str | None = None


class Sorted(NamedTuple):
    """The alarms of one service, by what they do.

    Attributes:
        ladders: In ALARM and to be acted on, the gravest first.
        look_only: Reasons of those that are diagnosed and not acted on.
        pages: Those that page.
        passed: Reasons of those that are passed over.
    """

    ladders: list[tuple[Ladder, Alarm]]
    look_only: list[Reason]
    pages: list[Reason]
    passed: list[Reason]


_LADDERS = {ladder.value: ladder for ladder in Ladder}
_OTHERS = {
    "tell": (Code.TELLS_ONLY, "is a composite: it tells people, and starts nothing"),
    "burn": (Code.TELLS_ONLY, "is a burn alarm: never a trigger, it sets the autonomy"),
    "canary": (Code.CANARY, "is the canary: it goes through every gate, and nothing is changed"),
    "diagnose": (Code.DIAGNOSES_ONLY, "is diagnosed and told, never acted on"),
    "page": (Code.PAGES_ONLY, "pages, and has no remedy"),
}


def sort(alarms: Iterable[Alarm], service: str, policy: Policy) -> Sorted:
    """Returns the service's alarms that are in ALARM, by what they do."""
    found = Sorted([], [], [], [])
    for alarm in alarms:
        if alarm.state != "ALARM":
            continue
        watched = policy.alarms.get(alarm.name)
        if watched is None:
            text = f"the map does not name {alarm.name}: ignored and counted"
            found.passed.append(Reason(Code.UNKNOWN_ALARM, text))
            continue
        if watched.service != service:
            continue
        if alarm.suppressed_by is not None:
            text = f"{alarm.name} is suppressed by {alarm.suppressed_by}"
            found.passed.append(Reason(Code.SUPPRESSED, text))
        elif watched.does in _LADDERS:
            doubt = doubt_of(alarm)
            if doubt:
                found.look_only.append(doubt)
            else:
                found.ladders.append((_LADDERS[watched.does], alarm))
        else:
            code, text = _OTHERS[watched.does]
            lists = {"diagnose": found.look_only, "canary": found.look_only, "page": found.pages}
            lists.get(watched.does, found.passed).append(Reason(code, f"{alarm.name} {text}"))
    if len(found.ladders) > 1:
        found.ladders.sort(key=lambda pair: (GRAVITY[pair[0]], pair[1].since, pair[1].name))
    return found


def doubt_of(alarm: Alarm) -> Reason | None:
    """Returns why an alarm is only looked at; None when it is acted on."""
    if alarm.evaluation is not None:
        return Reason(Code.NOT_EVALUATED, f"{alarm.name} is {alarm.evaluation}: look only")
    if alarm.previous == "INSUFFICIENT_DATA" and alarm.configured_at is not None:
        window = timedelta(minutes=alarm.window_minutes)
        if alarm.since - alarm.configured_at <= window:
            text = f"{alarm.name} was created or changed within the {window} before: look only"
            return Reason(Code.NEW_ALARM, text)
    return None
