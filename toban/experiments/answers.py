"""Writes the guard's answer as JSON: what, why, who says no, whom it would hit."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.chaos.policy.guard import NEEDS_APPROVAL, NOT_APPLICABLE, REFUSED

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.guard import Decision
    from functions.chaos.policy.radius import Radius


def answer_of(experiment: Experiment, facts: Facts, decision: Decision) -> dict[str, Any]:
    """Returns a decision as JSON."""
    approval = decision.approval
    return {
        "experiment": experiment.name,
        "environment": experiment.environment,
        "fault": experiment.fault.name,
        "answer": decision.answer,
        "refused_by": list(decision.refused_by),
        "reasons": _reasons(decision),
        "tell_people": [found.gate for found in decision.gates if found.told],
        "would_hit": _radius(decision.radius),
        "not_applicable": decision.radius.not_applicable or None if decision.radius else None,
        "approval": {
            "needed": approval.needed,
            "why": approval.why or None,
            "given": approval.given,
            "refused": approval.refused or None,
            "digest": experiment.digest,
            "from": list(experiment.approvers),
        },
        "begins": facts.now.isoformat(),
        "ends": (facts.now + experiment.duration).isoformat(),
        "minutes": experiment.duration // timedelta(minutes=1),
        "gates": [
            {"gate": found.gate, "state": found.state, "reasons": list(found.reasons)}
            for found in decision.gates
        ],
    }


def _reasons(decision: Decision) -> list[str]:
    if decision.answer == REFUSED:
        return [reason for found in decision.gates for reason in found.reasons]
    if decision.answer == NOT_APPLICABLE and decision.radius:
        return [decision.radius.not_applicable]
    if decision.answer == NEEDS_APPROVAL:
        return [reason for reason in (decision.approval.why, decision.approval.refused) if reason]
    return ["every gate is open"]


def _radius(radius: Radius | None) -> dict[str, Any] | None:
    if radius is None:
        return None
    return {
        "unit": radius.unit,
        "asked": radius.asked,
        "cap": radius.cap,
        "of": radius.ready,
        "limits": list(radius.limits),
        "pods": dict(radius.pods),
    }
