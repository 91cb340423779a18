"""What a run is about to make, written down before it makes anything: by it anybody can take it all away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from functions.chaos.policy.experiment import Experiment
from functions.chaos.policy.injection import probe_alarms
from functions.chaos.policy.numbers import Numbers
from functions.core.errors import PermanentError
from functions.core.instants import read_instant

NOTE = "chaos/intent"
"""Name of the note; there is one lock, so there is one run."""


class Intent(NamedTuple):
    """One run, as it is to be undone.

    Attributes:
        run: Its name; all that it makes bears it.
        experiment: Name of the experiment.
        fault: Row of the catalogue.
        execution: ARN of the execution that holds the lock.
        alarms: Names of the alarms that it makes.
        planned: How many it hits.
        written_at: When it was written.
        until: When the fault is gone at the latest; who finds it later takes it away.
    """

    run: str
    experiment: str
    fault: str
    execution: str
    alarms: tuple[str, ...]
    planned: int
    written_at: datetime
    until: datetime


def intent_of(experiment: Experiment, *, run: str, execution: str, planned: int, now: datetime) -> Intent:
    """Returns what a run is about to make."""
    alarms = tuple(alarm["AlarmName"] for alarm in probe_alarms(experiment, run))
    until = now + experiment.duration
    return Intent(run, experiment.name, experiment.fault.name, execution, alarms, planned, now, until)


def is_overdue(intent: Intent, *, numbers: Numbers, now: datetime) -> bool:
    """Whether the run should have taken itself away: its own time to stop is over."""
    return now > intent.until + timedelta(seconds=numbers.alarm_to_stop_seconds)


def to_values(intent: Intent) -> dict[str, Any]:
    """Returns the intent as the values of a note."""
    instants = {"written_at": intent.written_at.isoformat(), "until": intent.until.isoformat()}
    return {**intent._asdict(), "alarms": [*intent.alarms], **instants}


def from_values(values: Mapping[str, Any]) -> Intent:
    """Reads the intent from the values of a note.

    Raises:
        PermanentError: They are no intent; whoever reads them has to look for leftovers by hand.
    """
    try:
        alarms = tuple(str(name) for name in values["alarms"])
        instants = {key: read_instant(values[key]) for key in ("written_at", "until")}
        return Intent(**{**{key: values[key] for key in Intent._fields}, "alarms": alarms, **instants})
    except (KeyError, TypeError, ValueError) as error:
        raise PermanentError(f"{NOTE} cannot be read: {error!r}. Look for leftovers by hand.") from error
