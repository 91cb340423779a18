"""A release that is under way when a sleep is due: the sleep waits for it, and when that lasts, leaves it its pods."""

from datetime import datetime

from functions.night_scaling.patience import RELEASE_PATIENCE, is_spent


def waits_for(releasing: tuple[str, ...], *, since: datetime | None, now: datetime) -> str | None:
    """Returns why a sleep does not begin yet; None when it may.

    Args:
        releasing: Keys of the workloads that are between two versions.
        since: When the sleep was due; None when it always was.
        now: The instant.
    """
    if not releasing or since is None or is_spent(RELEASE_PATIENCE, started_at=since, now=now):
        return None
    until = since + RELEASE_PATIENCE
    return f"waits until {until:%H:%M} UTC at most for the release of {', '.join(releasing)}"


def told(releasing: tuple[str, ...]) -> tuple[str, ...]:
    """Returns what is said of releases that were not waited for any longer, a sentence each."""
    return tuple(f"found a release of {key} under way: it keeps its pods this time" for key in releasing)
