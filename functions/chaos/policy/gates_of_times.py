"""Gates of times and consent: opted in, within its hours to the end, spaced, and nothing left unanswered."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from functions.chaos.policy.gates_of_others import ends
from functions.chaos.policy.numbers import NEVER
from functions.core.time_windows import WEEKDAYS, clock_text, instant_of

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.numbers import Numbers


def opt_in(experiment: Experiment, facts: Facts, _numbers: Numbers) -> list[str]:
    """The target's owner has opted in, and it is no namespace that is never a target."""
    target, given = experiment.target, facts.of("opted_in")
    asked = (
        ("namespace", target.namespace, given.namespaces),
        ("node group", target.nodegroup, given.nodegroups),
        ("database", target.database, given.databases),
        ("cache", target.cache, given.caches),
    )
    found = [f"{kind} {name} has not opted in" for kind, name, names in asked if name and name not in names]
    return found + [f"namespace {name} is never a target" for name in (target.namespace,) if name in NEVER]


def schedule(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """No holiday, freeze or sleep of the schedule document overlaps the run."""
    until = ends(experiment, facts, numbers)
    return [
        f"{closed.kind} {closed.name} lasts from {closed.begin.isoformat()} to {closed.end.isoformat()}"
        for closed in facts.of("schedule")
        if closed.begin < until and facts.now < closed.end
    ]


def window(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """It is a day of the window, the window has begun, and the run ends before the window does."""
    local = facts.now.astimezone(experiment.zone)
    day = local.date()
    hours = experiment.window
    begin = max(hours.begin, numbers.window_begin_hour * 60)
    end = min(hours.end, numbers.window_end_hour * 60)
    said = f"{clock_text(begin)} to {clock_text(end)} ({experiment.zone.key})"
    if day.weekday() not in hours.days:
        return [f"{WEEKDAYS[day.weekday()]} is no day of the window"]
    midnight = datetime.combine(day, time())
    opens, closes = (instant_of(midnight + timedelta(minutes=at), experiment.zone) for at in (begin, end))
    if not opens <= facts.now < closes:
        return [f"it is {local:%H:%M}, and the window is {said}"]
    if facts.now + experiment.duration > closes:
        last = (facts.now + experiment.duration).astimezone(experiment.zone)
        return [f"the run would end at {last:%H:%M:%S}, after the end of the window, {said}"]
    return []


def duration(experiment: Experiment, _facts: Facts, numbers: Numbers) -> list[str]:
    """It is no longer than its environment allows."""
    longest = numbers.longest(experiment.environment)
    minutes = experiment.duration // timedelta(minutes=1)
    return [f"{minutes} minutes are more than {longest}"] if minutes > longest else []


def spacing(experiment: Experiment, facts: Facts, numbers: Numbers) -> list[str]:
    """Nothing runs, and the last runs are long enough ago."""
    found = []
    for past in facts.of("history"):
        same = past.experiment == experiment.name
        hours = numbers.same_hours if same else numbers.any_hours
        if past.ended_at is None:
            found.append(f"{past.experiment} is running")
        elif facts.now - past.ended_at < timedelta(hours=hours):
            which = "the same experiment" if same else "another experiment"
            found.append(f"{which} ended at {past.ended_at.isoformat()}: {hours} hours must pass")
    return found


def findings(_experiment: Experiment, facts: Facts, _numbers: Numbers) -> list[str]:
    """Every finding of earlier runs is acknowledged or closed."""
    return [
        f"finding {finding.id} of {finding.experiment} is not acknowledged"
        for finding in facts.of("findings")
        if finding.state == "open"
    ]
