"""All gates in their order; each is asked, so that an unreadable one is found behind a closed one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.remediation.policy.gates.answers import opened
from functions.remediation.policy.gates.others_at_work import asleep, experiment, lock, rollout
from functions.remediation.policy.gates.people import (
    kill_switch,
    maintenance,
    mute,
    opted_in,
    present_state,
)
from functions.remediation.policy.gates.spending import budget, circuit, cooldown
from functions.remediation.policy.gates.storm import storm

if TYPE_CHECKING:
    from functions.remediation.policy.case import Case
    from functions.remediation.policy.codes import Ladder
    from functions.remediation.policy.plan import GateAnswer

GATES = (
    kill_switch,
    present_state,
    opted_in,
    mute,
    maintenance,
    rollout,
    asleep,
    experiment,
    lock,
    storm,
    cooldown,
    budget,
    circuit,
)
"""Capacity is no gate of this list: it closes single rungs (`policy/capacity.py`)."""

ALL_OPEN = tuple(opened(gate.__name__) for gate in GATES)


def ask(case: Case, ladder: Ladder | None) -> tuple[GateAnswer, ...]:
    """Returns what every gate says, in order."""
    return tuple([gate(case, ladder) for gate in GATES])


def decisive(answers: tuple[GateAnswer, ...]) -> GateAnswer | None:
    """Returns the answer that refuses: the first unreadable gate, else the first closed; None: all open.

    A gate that cannot be read is told even where another is closed, for it stays when that one opens.
    """
    if answers == ALL_OPEN:
        return None
    closed = None
    for answer in answers:
        if answer.gate == "opted_in" and answer.state == "closed":
            return answer  # nobody is told of what a service without a remedy lacks
        if answer.state == "unreadable":
            return answer
        if closed is None and answer.state == "closed":
            closed = answer
    return closed
