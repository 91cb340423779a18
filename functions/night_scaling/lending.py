"""Lets a fallback group lend nodes to one whose own do not come: written down first, then raised."""

from collections.abc import Mapping
from datetime import datetime

from functions.core.capacity import Nodegroup
from functions.night_scaling import fallback
from functions.night_scaling.patience import FALLBACK_AFTER, is_spent
from functions.night_scaling.stepping import Footing
from functions.runtime.wiring import Ports


def lend(
    ports: Ports,
    ground: Footing,
    groups: Mapping[str, Nodegroup],
    missing: Mapping[str, int],
    *,
    now: datetime,
) -> list[str]:
    """Lends what is missing, once EKS names a cause or eight minutes are over; returns what was done."""
    run = ground.run
    spent = is_spent(FALLBACK_AFTER, started_at=run.started_at, now=now)
    late = {name: missing[name] for name, group in groups.items() if spent or group.issues}
    wanted = {run.fallbacks[name] for name in late if name in run.fallbacks}
    if not wanted:
        return []
    note = ground.record.note(fallback.NOTE)
    known = fallback.read_loans(note.values)
    lenders = {
        name: group for name in sorted(wanted) if (group := ports.nodegroups.describe(name)) is not None
    }
    made = fallback.new_loans(late, fallbacks=run.fallbacks, groups=lenders, known=known)
    if not made:
        return []
    if not ports.table.write_note(
        run.environment, fallback.NOTE, fallback.write_loans((*known, *made)), over=note.revision
    ):
        return []
    did = []
    for loan in made:
        size = loan.before
        ports.nodegroups.resize(loan.lender, size._replace(desired=size.desired + loan.nodes))
        issues = "; ".join(groups[loan.borrower].issues) or "they did not come"
        did.append(f"raised {loan.lender} by {loan.nodes} nodes in place of {loan.borrower}'s ({issues})")
    return did
