"""What weighs on an environment beside its usual load: a rehearsal brings it, the load model takes it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(slots=True)
class Strain:
    """What is not as usual; as it is made, nothing is.

    Attributes:
        people: How many times as many people ask as usual.
        slowness: How many times as long an answer takes, because something behind the API is slow.
        leaks_since: Since when the API's pods keep ever more memory; None while they do not.
        connections: Connections to the database that somebody holds and does not give back.
        cache_percent: How full the cache is; None for as full as usual.
        node_share: The share of each node's processors and memory that a program beside the pods takes.
    """

    people: float = 1.0
    slowness: float = 1.0
    leaks_since: datetime | None = None
    connections: int = 0
    cache_percent: float | None = None
    node_share: float = 0.0
