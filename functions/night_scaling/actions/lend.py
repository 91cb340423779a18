"""Lets a fallback group lend nodes to one whose own do not come: written down first, then raised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.night_scaling.policy import fallback
from functions.night_scaling.policy.deadlines import FALLBACK_AFTER
from functions.runs.policy.deadlines import is_spent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from functions.core.nodegroups import Nodegroup
    from functions.night_scaling.actions.context import StepContext
    from functions.night_scaling.ports import Ports


def lend(
    ports: Ports,
    context: StepContext,
    groups: Mapping[str, Nodegroup],
    missing: Mapping[str, int],
    *,
    now: datetime,
) -> list[str]:
    """Lends what is missing, once EKS names a cause or eight minutes are over; returns what was done."""
    run, fallbacks = context.run, context.plan.fallbacks
    spent = is_spent(FALLBACK_AFTER, started_at=run.started_at, now=now)
    late = {name: missing[name] for name, group in groups.items() if spent or group.issues}
    wanted = {fallbacks[name] for name in late if name in fallbacks}
    if not wanted:
        return []
    note = context.record.note(fallback.NOTE)
    known = fallback.read_loans(note.values)
    lenders = {
        name: group for name in sorted(wanted) if (group := ports.nodegroups.describe(name)) is not None
    }
    loans = fallback.new_loans(late, fallbacks=fallbacks, groups=lenders, known=known)
    if not loans:
        return []
    written = fallback.write_loans((*known, *loans))
    if not ports.table.write_note(run.target, fallback.NOTE, written, over=note.revision):
        return []
    did = []
    for loan in loans:
        size = loan.before
        ports.nodegroups.resize(loan.lender, size._replace(desired=size.desired + loan.nodes))
        issues = "; ".join(groups[loan.borrower].issues) or "they did not come"
        did.append(f"raised {loan.lender} by {loan.nodes} nodes in place of {loan.borrower}'s ({issues})")
    return did
