"""Which events count: what an event comes to by the map, the present state and what is known already."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from functions.remediation.policy.alarms import Alarm, doubt_of
from functions.remediation.policy.codes import Told
from functions.remediation.policy.events import AlarmEvent, dedup_key
from functions.remediation.policy.sources import Unreadable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from functions.remediation.policy.rules import Policy


class Kind(StrEnum):
    """What an event comes to."""

    START = "start"
    JOIN = "join"
    LOOK_ONLY = "look_only"
    TELL = "tell"
    PAGE = "page"
    CANARY = "canary"
    SUPPRESSED = "suppressed"
    DUPLICATE = "duplicate"
    OVER = "over"
    IGNORED = "ignored"
    REFUSED = "refused"
    JUNK = "junk"


class Known(NamedTuple):
    """What is known beside the event.

    Attributes:
        alarms: What `DescribeAlarms` says, by name; None when nobody asked, and the event is believed.
        taken: Keys of transitions that a run has taken.
        at_work: Services with a run that is not over.
        account: Our account; None to take any.
        region: Our Region; None to take any.
    """

    alarms: Mapping[str, Alarm] | Unreadable | None = None
    taken: Collection[str] = ()
    at_work: Collection[str] = ()
    account: str | None = None
    region: str | None = None


class Classified(NamedTuple):
    """What an event comes to, why, for which service, and what its transition is known by."""

    kind: Kind
    why: str
    told: Told = Told.NOBODY
    service: str | None = None
    does: str | None = None
    key: str | None = None


def classify(event: AlarmEvent, policy: Policy, known: Known) -> Classified:
    """Returns what an event comes to. A mute does not change that: the gate asks for it."""
    ours = (known.account or policy.account, known.region or policy.region)
    for ours_is, theirs in zip(ours, (event.account, event.region), strict=True):
        if ours_is is not None and theirs != ours_is:
            why = f"the event is from {event.account} in {event.region}: not from {ours_is}"
            return Classified(Kind.PAGE, why, Told.ON_DUTY)
    watched = policy.alarms.get(event.alarm)
    if watched is None:
        return Classified(Kind.IGNORED, f"the map does not name {event.alarm}: ignored and counted")
    base = Classified(Kind.IGNORED, "", service=watched.service, does=watched.does)
    return _by_what_it_does(event, base) or _by_present_state(event, base, known)


def _by_what_it_does(event: AlarmEvent, base: Classified) -> Classified | None:
    """Returns what comes of an event that starts nothing whatever the present state; None of any other."""
    if event.is_composite or base.does == "tell":
        return base._replace(kind=Kind.TELL, why="composites tell people, and start nothing", told=Told.TEAM)
    if base.does == "burn":
        return base._replace(why="a burn alarm is never a trigger: it sets the autonomy")
    if event.state != "ALARM":
        return base._replace(kind=Kind.OVER, why=f"it changed to {event.state}")
    if event.suppressed_by is not None:
        return base._replace(kind=Kind.SUPPRESSED, why=f"its actions are suppressed: {event.suppressed_by}")
    return None


def _by_present_state(event: AlarmEvent, base: Classified, known: Known) -> Classified:
    if isinstance(known.alarms, Unreadable):
        why = f"the present state cannot be read ({known.alarms.unreadable})"
        return base._replace(kind=Kind.REFUSED, why=why, told=Told.ON_DUTY)
    alarm, joined = Alarm(event.alarm, event.state, event.at, event.previous, evaluation=event.evaluation), ""
    if known.alarms is not None:
        present = known.alarms.get(event.alarm)
        if present is None or present.state != "ALARM":
            state = present.state if present else "not there"
            return base._replace(kind=Kind.OVER, why=f"that is over: at present it is {state}")
        if present.since > event.at:
            joined = f"; it joins the newer transition of {present.since.isoformat()}"
        evaluation = present.evaluation or event.evaluation
        alarm = present._replace(previous=event.previous, evaluation=evaluation)
    base = base._replace(key=dedup_key(event.arn or event.alarm, alarm.since))
    return _by_transition(alarm, base, known, joined)


def _by_transition(alarm: Alarm, base: Classified, known: Known, joined: str) -> Classified:
    if alarm.suppressed_by is not None:
        return base._replace(kind=Kind.SUPPRESSED, why=f"suppressed by {alarm.suppressed_by}")
    if base.does == "canary":
        return base._replace(kind=Kind.CANARY, why="the canary: through every gate, and nothing is changed")
    if base.key in known.taken:
        return base._replace(kind=Kind.DUPLICATE, why=f"a run has taken this transition{joined}")
    doubt = doubt_of(alarm)
    if doubt is not None:
        return base._replace(kind=Kind.LOOK_ONLY, why=doubt.text)
    others = {
        "diagnose": (Kind.LOOK_ONLY, "it is diagnosed and told, never acted on", Told.TEAM),
        "page": (Kind.PAGE, "it pages, and has no remedy", Told.ON_DUTY),
    }
    joins = (Kind.JOIN, f"a run of {base.service} is at work{joined}", Told.NOBODY)
    starts = (Kind.START, f"{alarm.name} is in ALARM{joined}", Told.NOBODY)
    usual = joins if base.service in known.at_work else starts
    kind, why, told = others.get(base.does or "", usual)
    return base._replace(kind=kind, why=why, told=told)
