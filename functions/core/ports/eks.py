"""Managed node groups: read a size, ask for another, end one chosen node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from functions.core.nodegroups import Nodegroup, Size


class Nodegroups(Protocol):
    """The managed node groups of one cluster."""

    def describe(self, name: str) -> Nodegroup | None:
        """Returns the node group as it is now; None when the cluster has no such node group."""
        ...

    def resize(self, name: str, size: Size) -> None:
        """Asks for another size and returns at once.

        Raises:
            TemporaryError: An earlier update is still in progress.
            PermanentError: EKS refuses the size, or knows no such node group.
        """
        ...

    def retire(self, instance_id: str) -> bool:
        """Ends exactly this instance and lowers its group's desired size by one.

        False when it is on its way out.

        The group's min has to be lower than its desired size first. Lowering the desired size instead would
        let the Auto Scaling group choose, and it does not prefer drained nodes.
        """
        ...
