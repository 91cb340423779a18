"""What to do when a node group's nodes do not come: borrow them, and remember what the lender had.

The fallback's size before the loan is written down before it is raised, and the next snapshot saves that size
instead of the raised one. So a loan ends with the next sleep and never becomes the day's number.
"""

from collections.abc import Mapping
from typing import NamedTuple

from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.policy.models import DesiredCapacity

NOTE = "night_scaling/lent"


class Loan(NamedTuple):
    """Nodes that one group lends to another.

    Attributes:
        lender: Fallback group.
        borrower: Group whose nodes did not come.
        nodes: How many.
        before: The lender's size before the loan.
    """

    lender: str
    borrower: str
    nodes: int
    before: Size


def read_loans(values: Mapping[str, object]) -> tuple[Loan, ...]:
    """Reads the loans that a note keeps."""
    loans = values.get("loans")
    found = loans if isinstance(loans, list) else []
    return tuple(Loan(**{**loan, "before": Size(**loan["before"])}) for loan in found)


def write_loans(loans: tuple[Loan, ...]) -> dict[str, object]:
    """Returns the loans as plain values."""
    return {
        "loans": [
            {
                "lender": loan.lender,
                "borrower": loan.borrower,
                "nodes": loan.nodes,
                "before": {"min": loan.before.min, "desired": loan.before.desired, "max": loan.before.max},
            }
            for loan in loans
        ]
    }


def new_loans(
    missing: Mapping[str, int],
    *,
    fallbacks: Mapping[str, str],
    groups: Mapping[str, Nodegroup],
    known: tuple[Loan, ...],
) -> tuple[Loan, ...]:
    """Returns the loans to make: one for each group that misses nodes, as far as its fallback's max goes."""
    busy = {loan.borrower for loan in known}
    lenders = {loan.lender for loan in known}
    loans: list[Loan] = []
    for borrower, nodes in missing.items():
        lender = fallbacks.get(borrower)
        if borrower in busy or lender is None or lender not in groups or lender in lenders:
            continue
        size = groups[lender].size
        possible = min(nodes, size.max - size.desired)
        if possible > 0:
            loans.append(Loan(lender, borrower, possible, size))
            lenders.add(lender)
    return tuple(loans)


def with_loans(desired: DesiredCapacity, loans: tuple[Loan, ...]) -> DesiredCapacity:
    """Returns the desired capacity with what is lent: the lender brings that much more, the borrower less."""
    sizes = dict(desired.sizes)
    needed = {name: size.desired for name, size in sizes.items()}
    for loan in loans:
        if loan.lender in sizes and loan.borrower in sizes:
            size = sizes[loan.lender]
            raised = min(size.desired + loan.nodes, size.max)
            needed[loan.borrower] = max(0, needed[loan.borrower] - (raised - size.desired))
            needed[loan.lender] = raised
            sizes[loan.lender] = size._replace(desired=raised)
    return desired._replace(sizes=sizes, needed=needed)


def before_loans(sizes: Mapping[str, Size], loans: tuple[Loan, ...]) -> dict[str, Size]:
    """Returns the sizes to save: what a lender had before its loan."""
    return {**sizes, **{loan.lender: loan.before for loan in loans if loan.lender in sizes}}
