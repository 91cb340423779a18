"""A run's journal in the form that Chaos Toolkit publishes, with Toban's verdict beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.chaos.policy.verdict import FAIL

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from functions.chaos.policy.experiment import Experiment, Measure
    from functions.chaos.policy.outcome import Outcome
    from functions.chaos.policy.verdict import Verdict

VERSION = "1.0.0"
"""Version of the journal's form, after https://chaostoolkit.org/reference/api/journal/."""
_STATUS = {
    "end": "completed",
    "alarm": "aborted",
    "person": "interrupted",
    "time-out": "interrupted",
    "failure": "failed",
}


def journal(experiment: Experiment, outcome: Outcome, found: Verdict) -> dict[str, Any]:
    """Returns the journal of a run as JSON."""
    steady = {phase: _steady(experiment, outcome, phase) for phase in ("before", "during", "after")}
    fault = {
        "activity": {"type": "action", "name": experiment.fault.name, "provider": {"type": "toban"}},
        "output": [*outcome.hit],
        "status": "succeeded" if outcome.injected_at else "failed",
        "start": _text(outcome.injected_at),
        "end": _text(outcome.removed_at),
        "duration": _seconds(_between(outcome.injected_at, outcome.removed_at)),
    }
    undo = {
        "activity": {
            "type": "action",
            "name": f"undo {experiment.fault.name}",
            "provider": {"type": "toban"},
        },
        "output": None if outcome.leftovers is None else [*outcome.leftovers],
        "status": "succeeded" if outcome.removed_at and not outcome.leftovers else "failed",
    }
    return {
        "chaoslib-version": VERSION,
        "experiment": _described(experiment),
        "start": _text(outcome.started_at),
        "status": _STATUS[outcome.stopped_by],
        "deviated": found.verdict == FAIL,
        "steady_states": steady,
        "run": [fault] if outcome.injected_at else [],
        "rollbacks": [undo],
        "end": _text(outcome.ended_at),
        "duration": _seconds(outcome.ended_at - outcome.started_at),
        "toban": {
            "run": outcome.run,
            "verdict": found.verdict,
            "failed": [*found.failed],
            "missing": [*found.missing],
            "page": found.page,
            "stopped_by": outcome.stopped_by,
            "why": outcome.why,
            "seconds_to_detect": _seconds(outcome.to_detect),
            "seconds_to_stop": _seconds(outcome.to_stop),
            "seconds_from_alarm_to_stop": _seconds(outcome.alarm_to_stop),
            "seconds_to_recover": _seconds(_between(outcome.removed_at, found.recovered_at)),
        },
    }


def _described(experiment: Experiment) -> dict[str, Any]:
    probes = [
        {"type": "probe", "name": measure.name, "tolerance": str(measure), "provider": {"type": "toban"}}
        for measure in experiment.measures
    ]
    return {
        "version": "1.0.0",
        "title": experiment.name,
        "description": experiment.proves,
        "tags": [experiment.environment, experiment.fault.name],
        "steady-state-hypothesis": {"title": experiment.hypothesis, "probes": probes},
        "method": [{"type": "action", "name": experiment.fault.name, "provider": {"type": "toban"}}],
        "rollbacks": [
            {"type": "action", "name": f"undo {experiment.fault.name}", "provider": {"type": "toban"}}
        ],
    }


def _steady(experiment: Experiment, outcome: Outcome, phase: str) -> dict[str, Any] | None:
    probes = [_probe(measure, outcome, phase) for measure in experiment.measures]
    if not any(probe["output"] for probe in probes):
        return None
    return {"steady_state_met": all(probe["tolerance_met"] for probe in probes), "probes": probes}


def _probe(measure: Measure, outcome: Outcome, phase: str) -> dict[str, Any]:
    values = [sample.value for sample in outcome.phase(measure.name, phase)]
    worst = (min if measure.at_least else max)(values, default=None)
    return {
        "activity": {"type": "probe", "name": measure.name, "tolerance": str(measure)},
        "output": {"worst": worst, "mean": sum(values) / len(values), "samples": len(values)}
        if values
        else None,
        "status": "succeeded" if values else "failed",
        "tolerance_met": worst is not None and measure.holds(worst),
    }


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return end - begin if begin and end else None


def _seconds(stretch: timedelta | None) -> float | None:
    return None if stretch is None else stretch.total_seconds()


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
