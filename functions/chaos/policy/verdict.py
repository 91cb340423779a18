"""The verdict: what a run proved. What was not measured is never a pass."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.chaos.policy.recovery import recovered_at, still_broken

if TYPE_CHECKING:
    from datetime import datetime

    from functions.chaos.policy.experiment import Experiment, Measure
    from functions.chaos.policy.numbers import Numbers
    from functions.chaos.policy.outcome import Outcome, Sample

PASS, FAIL, INCONCLUSIVE, NOT_APPLICABLE = "PASS", "FAIL", "INCONCLUSIVE", "NOT APPLICABLE"


class Verdict(NamedTuple):
    """What a run proved.

    Attributes:
        verdict: `PASS`, `FAIL` or `INCONCLUSIVE`; a run that proves nothing here is `NOT APPLICABLE` and was
            never begun.
        failed: What disproves the hypothesis, or was not right about the run; a sentence each.
        missing: What is not known, so that nothing is proved; a sentence each.
        page: Whether somebody is woken: something is still broken, or still there.
        recovered_at: When the steady state was back for good; None when it was not.
    """

    verdict: str
    failed: tuple[str, ...]
    missing: tuple[str, ...]
    page: bool
    recovered_at: datetime | None


def judge(experiment: Experiment, outcome: Outcome, numbers: Numbers) -> Verdict:
    """Returns what a run proved: a disproof stands above missing evidence, and that above a pass."""
    back = recovered_at(experiment, outcome)
    lasting = _lasting(experiment, outcome, numbers, back=back)
    failed = (*_stopped_badly(outcome, numbers), *_broken(experiment, outcome), *lasting)
    missing = (*_not_seen(experiment, outcome), *_not_measured(experiment, outcome))
    if still_broken(experiment, outcome) and not lasting:
        missing = (*missing, "the watch ended before the steady state was back")
    verdict = FAIL if failed else INCONCLUSIVE if missing else PASS
    return Verdict(verdict, failed, missing, page=bool(lasting), recovered_at=back)


def _stopped_badly(outcome: Outcome, numbers: Numbers) -> list[str]:
    found = [f"a stop alarm ended it: {outcome.why}"] if outcome.stopped_by == "alarm" else []
    for taken, most, what in (
        (outcome.to_stop, numbers.breach_to_stop_seconds, "the first breach"),
        (outcome.alarm_to_stop, numbers.alarm_to_stop_seconds, "the alarm"),
    ):
        if taken is not None and taken > timedelta(seconds=most):
            seconds = taken.total_seconds()
            found.append(f"it took {seconds:g} seconds from {what} to the stop, at most {most} are allowed")
    return found


def _broken(experiment: Experiment, outcome: Outcome) -> list[str]:
    found = []
    for measure in experiment.measures:
        worst = _worst(measure, outcome.phase(measure.name, "during"))
        if worst is not None and not measure.holds(worst.value):
            found.append(f"{measure.name} was {worst.value:g} during the fault; {measure} was believed")
    return found


def _lasting(
    experiment: Experiment, outcome: Outcome, numbers: Numbers, *, back: datetime | None
) -> list[str]:
    found = [f"left over: {name}" for name in outcome.leftovers or ()]
    if outcome.injected_at is None:
        return found
    if outcome.removed_at is None:
        return [*found, "the fault was not seen to be gone"]
    if len(outcome.hit) > outcome.planned:
        found.append(f"{len(outcome.hit)} were hit, {outcome.planned} were planned")
    watched = outcome.ended_at - outcome.removed_at
    late = still_broken(experiment, outcome) and watched >= numbers.recovery
    if late or (back is not None and back - outcome.removed_at > numbers.recovery):
        found.append(f"the steady state was not back {numbers.recovery_minutes} minutes after the stop")
    return found


def _not_seen(experiment: Experiment, outcome: Outcome) -> list[str]:
    if outcome.injected_at is None:
        return [f"the fault was never there: {outcome.why or 'nobody saw it'}"]
    found = (
        [f"it was ended by a {outcome.stopped_by}: {outcome.why}"]
        if outcome.stopped_by not in {"end", "alarm"}
        else []
    )
    if not outcome.hit:
        found.append("nothing is known to have been hit")
    if outcome.leftovers is None:
        found.append("the search for leftovers gave no answer")
    watched = (outcome.removed_at or outcome.ended_at) - outcome.injected_at
    if outcome.stopped_by == "end" and watched < experiment.duration:
        found.append("the fault was gone before its duration was over")
    return found


def _not_measured(experiment: Experiment, outcome: Outcome) -> list[str]:
    found = []
    for measure in experiment.measures:
        found += [
            f"{measure.name} was not measured {phase} the fault"
            for phase in ("before", "during", "after")
            if outcome.injected_at and not outcome.phase(measure.name, phase)
        ]
        worst = _worst(measure, outcome.phase(measure.name, "before"))
        if worst is not None and not measure.holds(worst.value):
            found.append(
                f"{measure.name} was {worst.value:g} before the fault already; {measure} was believed"
            )
    return found


def _worst(measure: Measure, samples: tuple[Sample, ...]) -> Sample | None:
    def value(sample: Sample) -> float:
        return sample.value

    return (min if measure.at_least else max)(samples, key=value, default=None)
