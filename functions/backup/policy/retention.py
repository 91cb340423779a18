"""What a plan consists of: an item for each snapshot, what stands against it, and what people are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from functions.backup.policy.answers import Said
    from functions.backup.policy.barriers import Barrier

KEEP: Final = "keep"
DELETE: Final = "delete"
PROPOSE: Final = "propose"


class Item(NamedTuple):
    """What becomes of one snapshot, and why.

    Attributes:
        region: Where it is.
        id: Its name there.
        series: Its series; None for a stranger's.
        created_at: When it was made.
        is_copy: Whether it is a copy: copies go after their originals.
        action: `keep`, `delete` or `propose`.
        planned: The action if nothing stood against the plan and nobody had answered.
        reasons: Why, each a sentence.
        usd_a_month: What keeping it costs; None where nobody asks.
    """

    region: str
    id: str
    series: str | None
    created_at: datetime
    is_copy: bool
    action: str
    planned: str
    reasons: tuple[str, ...]
    usd_a_month: float | None = None


class Page(NamedTuple):
    """What whoever is on duty is told, by its cause."""

    cause: str
    sentence: str


class Plan(NamedTuple):
    """What is to be done with each snapshot.

    Attributes:
        environment: Whose.
        items: One a snapshot: originals before copies, the oldest first.
        barriers: What stands against the plan; with any, nothing is deleted.
        digest: Names the deletions: a person's yes has to bear it. None when there are none.
        proposals_digest: Names the proposals in the same way.
        said: What people have answered, and whether it counts.
        pages: What whoever is on duty is told.
    """

    environment: str
    items: tuple[Item, ...]
    barriers: tuple[Barrier, ...]
    digest: str | None
    proposals_digest: str | None
    said: tuple[Said, ...]
    pages: tuple[Page, ...]
