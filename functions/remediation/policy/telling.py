"""Writes plans and answers as plain values, in the shape of their published schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.remediation.policy.plan import undo_of

if TYPE_CHECKING:
    from functions.remediation.policy.classification import Classified
    from functions.remediation.policy.plan import Plan, Step


def plan_values(plan: Plan) -> dict[str, Any]:
    """Returns a plan as plain values."""
    return {
        "service": plan.service,
        "verdict": plan.verdict.value,
        "told": plan.told.value,
        "cause": plan.cause,
        "ladder": plan.ladder and plan.ladder.value,
        "alarm": plan.alarm,
        "step": plan.step and _step(plan.step),
        "reasons": [{"code": reason.code.value, "text": reason.text} for reason in plan.reasons],
        "gates": [
            {"gate": a.gate, "state": a.state, "code": a.reason.code.value, "text": a.reason.text}
            for a in plan.gates
        ],
        "handed_on": [ladder.value for ladder in plan.handed_on],
        "withdraws": plan.withdraws,
    }


def _step(step: Step) -> dict[str, Any]:
    undone = [undo_of(change) for change in reversed(step.changes)]
    return {
        "rung": step.rung.value,
        "target": step.target,
        "changes": [change._asdict() for change in step.changes],
        "undo": [change._asdict() for change in undone if change is not None],
        "effect": step.effect._asdict(),
    }


def classified_values(classified: Classified) -> dict[str, Any]:
    """Returns what an event came to, as plain values."""
    return {
        **classified._asdict(),
        "kind": classified.kind.value,
        "told": classified.told.value,
    }
