"""When the steady state was back for good after a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.outcome import Outcome


def recovered_at(experiment: Experiment, outcome: Outcome) -> datetime | None:
    """Returns the first instant from which every measure holds to the end of the watch.

    None while one of them does not hold at the end, or was not measured after the fault.
    """
    if outcome.removed_at is None:
        return None
    back = outcome.removed_at
    for measure in experiment.measures:
        samples = outcome.phase(measure.name, "after")
        if not samples:
            return None
        bad = [place for place, sample in enumerate(samples) if not measure.holds(sample.value)]
        if bad and bad[-1] == len(samples) - 1:
            return None
        if bad:
            back = max(back, samples[bad[-1] + 1].at)
    return back


def still_broken(experiment: Experiment, outcome: Outcome) -> bool:
    """Whether a measure did not hold when it was last measured after the fault."""
    last = ((measure, outcome.phase(measure.name, "after")[-1:]) for measure in experiment.measures)
    return any(not measure.holds(sample.value) for measure, samples in last for sample in samples)
