"""Gates of others at work: one change at a time, whoever makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.numbers import Numbers


def ends(experiment: Experiment, facts: Facts, numbers: Numbers) -> datetime:
    """Returns when the run has let go at the latest: its duration, and the time that recovery may take."""
    return facts.now + experiment.duration + numbers.recovery


def paused(_experiment: Experiment, facts: Facts, _numbers: Numbers) -> list[str]:
    """Nobody has paused Toban."""
    said = facts.of("pause")
    return [f"Toban is paused: {said}"] if said else []


def lock(_experiment: Experiment, facts: Facts, _numbers: Numbers) -> list[str]:
    """The environment's one lock is free; a lease that has ended excludes nobody."""
    lease = facts.of("lock")
    if lease is None or lease.leased_until <= facts.now:
        return []
    return [f"{lease.holder} holds the lock until {lease.leased_until.isoformat()}"]


def releases(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """No release is under way or begins before the run's end."""
    return _at_work("releases", "release", experiment, facts, numbers)


def backups(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """No backup is under way or begins before the run's end."""
    return _at_work("backups", "backup", experiment, facts, numbers)


def copies(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """No copy of a database's snapshot is under way or begins before the run's end."""
    return _at_work("copies", "copy", experiment, facts, numbers)


def restores(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """No restore, recovery or drill is under way or begins before the run's end."""
    return _at_work("restores", "restore", experiment, facts, numbers)


def _at_work(source: str, what: str, experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    found = []
    for work in facts.of(source):
        if work.begins is None or work.begins <= facts.now:
            found.append(f"{what} {work.name} is under way")
        elif work.begins < ends(experiment, facts, numbers):
            found.append(f"{what} {work.name} begins at {work.begins.isoformat()}, before the run has ended")
    return found
