"""Gates that people close: the kill switch, the policy, mutes, maintenance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Mode
from functions.remediation.policy.gates.answers import closed, opened, unreadable
from functions.remediation.policy.reasons import Code
from functions.remediation.policy.sources import Source, Unreadable

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Ladder
    from functions.remediation.policy.plan import GateAnswer

_KILL_SWITCH = opened("kill_switch")
_PRESENT_STATE = opened("present_state")
_OPTED_IN = opened("opted_in")
_MUTE = opened("mute")
_MAINTENANCE = opened("maintenance")


def kill_switch(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while an environment is paused."""
    pause = case.snapshot.pause
    if pause is None:
        return _KILL_SWITCH
    if isinstance(pause, Unreadable):
        return unreadable("kill_switch", Source.PAUSE, pause)
    return closed("kill_switch", Code.PAUSED, f"paused by {pause.by}: {pause.reason}")


def present_state(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while the alarms cannot be read: what an event said is no fact."""
    if isinstance(case.alarms, Unreadable):
        return unreadable("present_state", Source.ALARMS, case.alarms)
    return _PRESENT_STATE


def opted_in(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed for a service whose mode is off, which is the default."""
    if case.service.mode is Mode.OFF:
        text = f'{case.service.name} has not opted in: its mode is "off"'
        return closed("opted_in", Code.NOT_OPTED_IN, text)
    return _OPTED_IN


def mute(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while a rule mutes the alarm that decides; CloudWatch sends events of muted alarms as well."""
    mutes = case.snapshot.mutes
    if not mutes:
        return _MUTE
    if isinstance(mutes, Unreadable):
        return unreadable("mute", Source.MUTES, mutes)
    for rule in mutes:
        if case.alarm in rule.alarms and (rule.until is None or rule.until > case.now):
            return closed("mute", Code.MUTED, f"{case.alarm} is muted by {rule.name}")
    return _MUTE


def maintenance(case: Case, _: Ladder | None) -> GateAnswer:
    """Closed while people have said that they work on the service."""
    found = case.snapshot.maintenance
    if found is None:
        return _MAINTENANCE
    if isinstance(found, Unreadable):
        return unreadable("maintenance", Source.MAINTENANCE, found)
    if found.until <= case.now:
        return _MAINTENANCE
    text = f"maintenance until {found.until.isoformat()}: {found.reason}"
    return closed("maintenance", Code.MAINTENANCE, text)
