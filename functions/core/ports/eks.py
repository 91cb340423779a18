"""Managed node groups: read a size, ask for another, end one chosen node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from functions.core.cluster import Node
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

    def retire(self, node: Node) -> bool:
        """Ends exactly the machine of this node and lowers its group's desired size by one.

        False when it is on its way out. Which machine that is, the node itself says; so AWS is asked whether
        the machine is in the node's group and bears its name.

        The group's min has to be lower than its desired size first. Lowering the desired size instead would
        let the Auto Scaling group choose, and it does not prefer drained nodes.

        Raises:
            TemporaryError: The group's lower min has not reached the Auto Scaling group yet.
            SafetyRefusal: The machine is another node's, or another group's.
        """
        ...
