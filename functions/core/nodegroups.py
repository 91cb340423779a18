"""Managed node groups as plain values: what EKS says of them."""

from typing import NamedTuple


class Size(NamedTuple):
    """The scaling bounds of a node group, in nodes; EKS wants `0 <= min <= desired <= max` and `max >= 1`."""

    min: int
    desired: int
    max: int


class Nodegroup(NamedTuple):
    """A managed node group as EKS describes it.

    Attributes:
        name: Name within the cluster.
        size: Its bounds.
        status: EKS's word, `ACTIVE` when it takes an update.
        issues: What EKS says is wrong, such as a lack of capacity, a sentence each.
        team: Value of its tag `team`; empty without one.
    """

    name: str
    size: Size
    status: str = "ACTIVE"
    issues: tuple[str, ...] = ()
    team: str = ""

    @property
    def settled(self) -> bool:
        """Returns whether no update is on its way: one would set the desired size to what it was given."""
        return self.status not in ("CREATING", "UPDATING")
