"""The nodes of a simulated cluster as its machines see them: they join, become ready, shut down and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from twin.cluster.machines import NODEGROUP_LABEL, Machine, conditions
from twin.cluster.shapes import Object, labels_of, set_condition

if TYPE_CHECKING:
    from twin.cluster.controllers.loop import Loop


class Nodes:
    """Writes the nodes' objects; to be called while the cluster is locked.

    Args:
        loop: The control loop, which says what the kubelets say later.
    """

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._objects = loop.objects
        self._ending: set[str] = set()

    def listing(self, nodegroup: str | None) -> list[Object]:
        """Returns the nodes by name, to be read only: those of one node group, or all for None."""
        return [
            node
            for node in self._objects.listing("nodes")
            if nodegroup is None or labels_of(node).get(NODEGROUP_LABEL) == nodegroup
        ]

    def new(self, machine: Machine, *, ready: bool) -> Object:
        """Returns the object of a machine that joins.

        Raises:
            KeyError: The twin does not know the instance type.
        """
        node = machine.as_node()
        for entry in conditions("True" if ready else "False"):
            set_condition(node["status"], self._objects.clock.now, entry)
        return node

    def ready_later(self, name: str, seconds: float) -> None:
        """Makes a node ready after so many virtual seconds, if it is still the same one."""
        uid = self._uid(name)
        self._loop.later(seconds, lambda: self._say_ready(name, uid, "True"), "node joins")

    def say(self, name: str, ready: Literal["True", "False", "Unknown"]) -> None:
        """Writes what is heard of a node: Unknown for one that has fallen silent."""
        self._say_ready(name, self._uid(name), ready)

    def shut_down(self, name: str) -> str:
        """Makes a node not ready for good, and returns its uid; empty for a node that is not there."""
        uid = self._uid(name)
        self._say_ready(name, uid, "False")
        self._ending.add(uid)
        return uid

    def gone_later(self, name: str, uid: str, seconds: float) -> None:
        """Takes a node's object away after so many virtual seconds, if it is still the same one."""
        self._loop.later(seconds, lambda: self._remove(name, uid), "node goes")

    def cordon(self, name: str) -> None:
        """Keeps new pods off a node; a node that is not there is no error."""
        self._objects.modify("nodes", "", name, lambda node: node["spec"].update(unschedulable=True))

    def _uid(self, name: str) -> str:
        node = self._objects.get("nodes", "", name)
        return "" if node is None else str(node["metadata"]["uid"])

    def _remove(self, name: str, uid: str) -> None:
        node = self._objects.get("nodes", "", name)
        if node is not None and node["metadata"]["uid"] == uid:
            self._objects.remove("nodes", node)
        self._ending.discard(uid)

    def _say_ready(self, name: str, uid: str, ready: Literal["True", "False", "Unknown"]) -> None:
        """Says what the kubelet says; a machine that shuts down never comes back, nor one of its name."""

        def write(node: Object) -> None:
            if node["metadata"]["uid"] == uid and uid not in self._ending:
                for entry in conditions(ready):
                    set_condition(node.setdefault("status", {}), self._objects.clock.now, entry)

        self._objects.modify("nodes", "", name, write)
