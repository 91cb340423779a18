"""What the timeline is told of what happens: notices apart from pages, and nothing twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twin.timeline import Listener, Timeline

NOTICES = "-notices"
"""How the topic's name ends that tells people what is coming; a message there wakes nobody."""

UNTOLD = frozenset({("event", "aws.states")})
"""What the timeline leaves out: the machines' own entries say it with their reasons."""


def telling(timeline: Timeline) -> Listener:
    """Returns the listener that writes into a timeline, notices apart from pages."""

    def tell(kind: str, subject: str, what: str, why: str) -> None:
        if kind == "page" and subject.endswith(NOTICES):
            timeline.record("notice", subject, what, why)
        elif (kind, subject) not in UNTOLD:
            timeline.record(kind, subject, what, why)

    return tell
