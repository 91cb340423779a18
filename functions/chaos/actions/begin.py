"""Begins a fault: the intent is written first, then what stops it, and the fault last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.chaos.policy.injection import fis_template, probe_alarms
from functions.chaos.policy.intent import NOTE, from_values, intent_of, to_values
from functions.core.errors import SafetyRefusal

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.intent import Intent
    from functions.chaos.policy.radius import Radius
    from functions.chaos.ports import FaultPorts, Intents


def record_intent(
    table: Intents,
    experiment: Experiment,
    *,
    run: str,
    execution: str,
    radius: Radius,
    now: datetime,
) -> Intent:
    """Writes down what the run is about to make, and returns it; by a retry, what was written stays.

    Raises:
        SafetyRefusal: Another run's intent is there: it has to be undone first.
    """
    note = table.recall(experiment.environment).note(NOTE)
    if note.values:
        found = from_values(note.values)
        if found.run == run:
            return found
        raise SafetyRefusal(f"{found.run} is not undone; nothing else begins before it is.")
    intent = intent_of(experiment, run=run, execution=execution, planned=radius.asked, now=now)
    if not table.write_note(experiment.environment, NOTE, to_values(intent), over=note.revision):
        raise SafetyRefusal("Another run has written its intent in the same moment.")
    return intent


def arm(ports: FaultPorts, experiment: Experiment, run: str) -> None:
    """Makes what stops the fault: the prober and the alarms on what it measures."""
    ports.start_prober(run)
    ports.put_alarms(probe_alarms(experiment, run))


def inject(ports: FaultPorts, experiment: Experiment, intent: Intent, *, ready: int) -> None:
    """Begins the fault, in its envelope.

    Raises:
        SafetyRefusal: An alarm that would stop it is not OK now, or is not there.
    """
    names = [*experiment.stop_alarms, *intent.alarms]
    states = ports.alarm_states(names)
    bad = [f"{name} is {states.get(name, 'not there')}" for name in names if states.get(name) != "OK"]
    if bad:
        raise SafetyRefusal(f"The fault is not begun: {', '.join(bad)}.")
    ports.inject(intent.run, fis_template(experiment, intent.run, hits=intent.planned, ready=ready))
