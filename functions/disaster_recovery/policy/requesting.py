"""Whether a request can be taken at all: its name, and what a person has to say with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from functions.core.reading.people import seen

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.situation import Request, Situation

DRY_RUN: Final = "dry-run"
DRILL: Final = "drill"
FAILOVER: Final = "failover"
REWIND: Final = "rewind"

TWO_PEOPLE: Final = (FAILOVER, "failback", REWIND)
"""Modes in which the one asking and one other are needed: all that change what people use."""


def name_of(request: Request) -> str:
    """Returns the name of an attempt: MODE-INCIDENT-ATTEMPT."""
    return f"{request.mode}-{request.incident or 'none'}-{request.attempt}"


def why_refused(situation: Situation) -> list[str]:
    """Returns why a request is refused, each a sentence; empty when it can be taken."""
    request = situation.request
    if request.mode == DRY_RUN:
        return []
    name = name_of(request)
    found = [
        f"a {request.mode} needs {what}"
        for what, value in (
            ("the id of its incident", request.incident),
            ("a reason", seen(request.reason or "")),
            ("the name of whoever asks", request.asked_by),
        )
        if not value
    ]
    if request.mode == FAILOVER and request.outage_declared_at is None:
        found.append("a failover needs the moment of the outage, as a person declares it")
    if (request.mode == REWIND) != (request.rewind_to is not None):
        found.append("a rewind, and nothing else, needs the moment to go back to")
    if name.casefold() in {used.casefold() for used in situation.used_names}:
        found.append(f"the name {name} is used: a new attempt has a new name")
    return found
