"""Gates of health: alarms with data, an error budget to spend, no incident, nothing degraded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.chaos.policy.facts import Unreadable

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Alarm, Facts
    from functions.chaos.policy.numbers import Numbers


def alarms(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """Every alarm is OK with young data, and the document's stop alarms are among them."""
    known = {alarm.name for alarm in facts.of("alarms")}
    missing = [name for name in experiment.stop_alarms if name not in known]
    found = [f"stop alarm {name} does not exist" for name in missing]
    for alarm in facts.of("alarms"):
        if alarm.state != "OK":
            found.append(f"{alarm.name} is in {alarm.state}")
        elif not _is_young(alarm, facts, numbers):
            limit = f"{numbers.alarm_periods} periods of {alarm.period_seconds} seconds"
            found.append(f"{alarm.name} has no data younger than {limit}")
    return found


def _is_young(alarm: Alarm, facts: Facts, numbers: Numbers) -> bool:
    if alarm.last_data_at is None:
        return False
    age = (facts.now - alarm.last_data_at).total_seconds()
    # Data from the future are of another clock, and say nothing of now.
    return 0 <= age < numbers.alarm_periods * alarm.period_seconds


def mutes(experiment: Experiment, facts: Facts, _numbers: Numbers) -> list[str]:
    """No stop alarm is muted."""
    muted = [
        alarm.name for alarm in facts.of("alarms") if alarm.muted and alarm.name in experiment.stop_alarms
    ]
    return [f"stop alarm {name} is muted, so it would stop nothing" for name in muted]


def burn(_experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """The budget burns slower than it may over the last hour."""
    found = facts.of("error_budget").burn_1h
    closed = f"the error budget burns at {found:g} over one hour, and must burn below {numbers.burn_below:g}"
    return [] if found < numbers.burn_below else [closed]


def budget(_experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """Enough is left of the month's error budget."""
    left = facts.of("error_budget").left_percent
    closed = (
        f"{left:g} % of the error budget is left, and more than {numbers.budget_above_percent:g} % must be"
    )
    return [] if left > numbers.budget_above_percent else [closed]


def incidents(_experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """No incident is open, and none was closed a short while ago."""
    found = []
    for incident in facts.of("incidents"):
        if incident.closed_at is None:
            found.append(f"incident {incident.id} is open")
        elif facts.now - incident.closed_at <= timedelta(minutes=numbers.incident_minutes):
            found.append(f"incident {incident.id} was closed within {numbers.incident_minutes} minutes")
    return found


def degraded(experiment: Experiment, facts: Facts, _numbers: Numbers) -> list[str]:
    """Nothing is degraded: neither what the source names, nor what the inventory shows of the target."""
    return [
        f"degraded: {phrase}" for phrase in (*facts.of("degraded"), *_shown_by_inventory(experiment, facts))
    ]


def _shown_by_inventory(experiment: Experiment, facts: Facts) -> list[str]:
    target, unit = experiment.target, experiment.fault.unit
    found = []
    workloads, nodes = facts.of("workloads"), facts.of("nodes")
    if unit in {"pods", "nodes", "zone"} and not isinstance(workloads, Unreadable):
        found += [
            f"{each.name} has {len(each.ready)} of {each.desired} pods ready"
            for each in workloads
            if len(each.ready) < each.desired
            and (unit == "nodes" or each.namespace == target.namespace)
            and (unit == "nodes" or target.workload in ("", each.name))
        ]
    if unit == "nodes" and not isinstance(nodes, Unreadable):
        found += [f"node {node.name} is not ready" for node in nodes if not node.ready]
    for source, name in (("databases", target.database), ("caches", target.cache)):
        things = facts.of(source)
        if name and not isinstance(things, Unreadable):
            found += [
                f"{name} is {each.status}"
                for each in things
                if each.name == name and each.status != "available"
            ]
    return found
