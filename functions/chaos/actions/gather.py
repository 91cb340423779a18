"""Reads what the guard goes by: what gives no answer becomes unreadable, and is never taken for empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.chaos.policy.facts import SOURCES, Facts, Sources, Unreadable, Yes
from functions.chaos.policy.gates import needed_by
from functions.core.errors import OpsError

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.ports import GuardPorts

TIMED = frozenset({"incidents", "schedule"})
"""Sources that are asked about a time."""


def gather(ports: GuardPorts, experiment: Experiment, *, now: datetime, approval: Yes | None = None) -> Facts:
    """Returns the facts for an experiment.

    What its fault does not need is not asked. The first source that cannot be read does not end the reading:
    people are told of all of them at once.

    Args:
        ports: What is asked.
        experiment: The experiment.
        now: The instant.
        approval: A person's yes; None when there is none.
    """
    sources = {source: _read(ports, source, experiment, now) for source in SOURCES}
    return Facts(now, experiment.environment, Sources(**sources), approval)


def _read(ports: GuardPorts, source: str, experiment: Experiment, now: datetime) -> Any:
    if not needed_by(experiment.fault, source):
        return Unreadable("this fault does not need it")
    try:
        return getattr(ports, source)(**({"now": now} if source in TIMED else {}))
    except OpsError as error:
        return Unreadable(str(error) or type(error).__name__)
