"""Looks at a fault once: does it go on, or is it stopped, and by what."""

from typing import NamedTuple

from functions.chaos.policy.experiment import Experiment
from functions.chaos.policy.intent import Intent
from functions.chaos.ports import FaultPorts
from functions.core.errors import OpsError


class Look(NamedTuple):
    """What was seen.

    Attributes:
        stop: `end`, `alarm`, `person` or `failure`; empty while it goes on.
        why: In a sentence; empty while it goes on.
    """

    stop: str = ""
    why: str = ""


def look(ports: FaultPorts, experiment: Experiment, intent: Intent, *, paused: str, over: bool) -> Look:
    """Returns whether the fault goes on.

    What cannot be seen is stopped: a watch that is blind watches nothing.

    Args:
        ports: What is asked.
        experiment: The experiment.
        intent: The run.
        paused: Who asked for a stop, or paused Toban, and why; empty when nobody did.
        over: Whether its duration is over.
    """
    if paused:
        return Look("person", paused)
    names = [*experiment.stop_alarms, *intent.alarms]
    try:
        states = ports.alarm_states(names)
    except OpsError as error:
        return Look("failure", f"the stop alarms cannot be read: {error}")
    broken = [name for name in names if states.get(name) != "OK"]
    if broken:
        return Look("alarm", ", ".join(f"{name} is {states.get(name, 'not there')}" for name in broken))
    return Look("end", "its duration is over") if over else Look()
