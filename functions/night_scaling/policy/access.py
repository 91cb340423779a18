"""While Toban only observes, the cluster is read once a day: a closed door is found on the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.core.instants import read_instant
from functions.night_scaling.policy.deadlines import ACCESS_CHECKED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

OBSERVING = "night_scaling/observing"
"""Note of the first tick, from which the observing counts."""
NOTE = "night_scaling/access"
"""Note of when the cluster was last read for this."""


def is_due(values: Mapping[str, object], *, now: datetime) -> bool:
    """Tells whether the cluster has to be read now.

    Args:
        values: The note, with `checked_at`; empty before the first time.
        now: The instant.
    """
    checked = values.get("checked_at")
    return checked is None or now - read_instant(checked) >= ACCESS_CHECKED
