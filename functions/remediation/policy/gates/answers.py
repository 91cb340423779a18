"""The three answers of a gate, each in one line where it is given."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.remediation.policy.codes import Told
from functions.remediation.policy.plan import GateAnswer
from functions.remediation.policy.reasons import Code, Reason

if TYPE_CHECKING:
    from functions.remediation.policy.sources import Source, Unreadable

_OPEN = Reason(Code.OPEN, "open")


@cache
def opened(gate: str) -> GateAnswer:
    """Returns that a gate is open: the same object for the same gate, for most answers are this one."""
    return GateAnswer(gate, "open", _OPEN)


def closed(gate: str, code: Code, text: str, *, told: Told = Told.NOBODY) -> GateAnswer:
    """Returns that a gate is closed, why, and who is told."""
    return GateAnswer(gate, "closed", Reason(code, text), told)


def unreadable(gate: str, source: Source, found: Unreadable) -> GateAnswer:
    """Returns that a gate's source did not answer, which closes it and pages."""
    text = f"{source.value} cannot be read ({found.unreadable}), so nothing is changed"
    return GateAnswer(gate, "unreadable", Reason(Code.UNREADABLE, text), Told.ON_DUTY)
