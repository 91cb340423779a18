"""One case: a service, what is known of it, and the time; what gates, ladders and rungs all look at."""

from datetime import datetime
from typing import NamedTuple

from functions.remediation.policy.alarms import Alarm
from functions.remediation.policy.past import History
from functions.remediation.policy.rules import Policy, Service
from functions.remediation.policy.snapshot import Snapshot
from functions.remediation.policy.sources import Unreadable


class Case(NamedTuple):
    """Everything that a decision rests on.

    Attributes:
        service: The service.
        alarms: Every alarm of the map at present.
        snapshot: What was read of the service.
        history: What was done before.
        policy: The policy document.
        now: The instant.
        onset: When the alarm that decides began; the instant itself when none does.
        alarm: Its name.
    """

    service: Service
    alarms: tuple[Alarm, ...] | Unreadable
    snapshot: Snapshot
    history: History | Unreadable
    policy: Policy
    now: datetime
    onset: datetime
    alarm: str | None = None
