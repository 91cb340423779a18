"""The gate that a storm of alarms closes: many at once have one cause, which no ladder sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Told
from functions.remediation.policy.gates.answers import closed, opened, unreadable
from functions.remediation.policy.reasons import Code
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from functions.remediation.policy.alarms import Alarm
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Ladder
    from functions.remediation.policy.plan import GateAnswer
    from functions.remediation.policy.rules import Policy

_SECOND_HAND = frozenset({"tell", "burn", "canary"})
"""What alarms about other alarms, or about nothing at all, do: they are not counted."""

_STORM = opened("storm")


def storm(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed from the many alarms on until no alarm has been new for a while."""
    if isinstance(case.alarms, Unreadable):
        return unreadable("storm", Source.ALARMS, case.alarms)
    if isinstance(case.history, Unreadable):
        return unreadable("storm", Source.HISTORY, case.history)
    last = last_of_storm(case.alarms, case.policy, now=case.now)
    remembered = case.history.storm_last_alarm
    if remembered is not None and (last is None or remembered > last):
        last = remembered
    if last is None or case.now - last >= case.policy.storm_quiet:
        return _STORM
    text = f"a storm of alarms, the last new one at {last.isoformat()}: diagnosis and one page"
    return closed("storm", Code.STORM, text, told=Told.ON_DUTY)


def last_of_storm(alarms: Iterable[Alarm], policy: Policy, *, now: datetime) -> datetime | None:
    """Returns when the last alarm of the latest storm was new; None when the alarms make none.

    Many alarms, or many services, newly in ALARM within the window make a storm; later ones belong to it as
    long as each follows the one before it within the quiet time.
    """
    numbers = policy.numbers
    listed = [*alarms]
    if len(listed) < min(numbers.storm_alarms, numbers.storm_services):
        return None
    known = [
        (alarm.since, policy.alarms[alarm.name].service)
        for alarm in listed
        if alarm.state == "ALARM"
        and alarm.name in policy.alarms
        and alarm.suppressed_by is None
        and alarm.since <= now
        and policy.alarms[alarm.name].does not in _SECOND_HAND
    ]
    known.sort(key=lambda pair: pair[0])
    last: datetime | None = None
    first = 0
    for place, (since, _) in enumerate(known):
        while since - known[first][0] > policy.storm_window:
            first += 1
        count = place + 1 - first
        many = count >= numbers.storm_alarms or _services(known[first : place + 1]) >= numbers.storm_services
        if many or (last is not None and since - last < policy.storm_quiet):
            last = since
    return last


def _services(new: list[tuple[datetime, str | None]]) -> int:
    return len({service for _, service in new if service is not None})
