"""Gates that our own past closes: cooldown, budgets counted in runs, and the circuit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Told
from functions.remediation.policy.gates.answers import closed, opened, unreadable
from functions.remediation.policy.reasons import Code
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Ladder
    from functions.remediation.policy.past import Run
    from functions.remediation.policy.plan import GateAnswer

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_FREE = frozenset({"waited", "shadow", "undone"})
"""Outcomes of runs that cost nothing: nothing was changed, or a change was taken back."""

_COOLDOWN = opened("cooldown")
_BUDGET = opened("budget")
_CIRCUIT = opened("circuit")


def counted(case: Case, *, within: timedelta) -> list[Run]:
    """Returns the runs that changed something and began within a stretch before now, each once."""
    assert not isinstance(case.history, Unreadable)  # noqa: S101 - every caller has looked
    own = case.history.at_work.id if case.history.at_work else None
    found = {
        run.id: run
        for run in case.history.runs
        if run.changes and run.outcome not in _FREE and run.id != own and case.now - run.began < within
    }
    return [*found.values()]


def cooldown(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed for a while after the beginning of the service's last run."""
    if isinstance(case.history, Unreadable):
        return unreadable("cooldown", Source.HISTORY, case.history)
    if not case.history.runs:
        return _COOLDOWN
    for run in counted(case, within=case.policy.cooldown):
        if run.service == case.service.name:
            over = (run.began + case.policy.cooldown).isoformat()
            return closed(
                "cooldown", Code.COOLDOWN, f"run {run.id} began at {run.began.isoformat()}: until {over}"
            )
    return _COOLDOWN


def budget(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed once the service's runs of a day, or the cluster's of an hour, are spent."""
    if isinstance(case.history, Unreadable):
        return unreadable("budget", Source.HISTORY, case.history)
    caps = case.policy.caps
    if len(case.history.runs) < min(caps.runs_per_day, caps.runs_per_hour):
        return _BUDGET
    own = [run for run in counted(case, within=DAY) if run.service == case.service.name]
    if len(own) >= caps.runs_per_day:
        text = f"{case.service.name} had {len(own)} runs in 24 hours, of {caps.runs_per_day}"
        return closed("budget", Code.BUDGET_SPENT, text, told=Told.ON_DUTY)
    cluster = counted(case, within=HOUR)
    if len(cluster) >= caps.runs_per_hour:
        text = f"the cluster had {len(cluster)} runs in an hour, of {caps.runs_per_hour}"
        return closed("budget", Code.CLUSTER_BUDGET_SPENT, text, told=Told.ON_DUTY)
    return _BUDGET


def circuit(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed once runs of the service were ineffective or harmful, until a person resets it."""
    if isinstance(case.history, Unreadable):
        return unreadable("circuit", Source.HISTORY, case.history)
    if not case.history.runs:
        return _CIRCUIT
    why = opens_circuit(
        (run for run in case.history.runs if run.service == case.service.name),
        reset=case.history.circuit_reset,
        ineffective_runs=case.policy.caps.ineffective_runs,
    )
    if why is None:
        return _CIRCUIT
    text = f"{why}; a person looks, then: toban remedy reset {case.policy.environment} {case.service.name}"
    return closed("circuit", Code.CIRCUIT_OPEN, text, told=Told.ON_DUTY)


def opens_circuit(runs: Iterable[Run], *, reset: datetime | None, ineffective_runs: int) -> str | None:
    """Returns why a service's circuit is open; None when it is closed.

    One harmful run opens it, or `ineffective_runs` within 24 hours; a run counts once. It stays open until a
    reset later than those runs.
    """
    since_reset = {run.id: run for run in runs if reset is None or (run.ended or run.began) > reset}
    harmful = next((run for run in since_reset.values() if run.outcome == "harmful"), None)
    if harmful is not None:
        return f"run {harmful.id} did harm"
    ends = sorted(run.ended or run.began for run in since_reset.values() if run.outcome == "ineffective")
    for first, last in zip(ends, ends[ineffective_runs - 1 :], strict=False):
        if last - first <= DAY:
            return f"{ineffective_runs} runs within 24 hours cured nothing, the last at {last.isoformat()}"
    return None
