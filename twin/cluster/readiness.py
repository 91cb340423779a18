"""How many nodes and pods are ready, told whenever the number changes: nobody has to poll for a plot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from twin.cluster.shapes import Object, controller_of, is_terminating, is_true

if TYPE_CHECKING:
    from twin.cluster.store import Change, Store


@dataclass(frozen=True, slots=True)
class Readiness:
    """What works. Pods of DaemonSets come and go with their nodes, so they are not counted."""

    nodes: int
    pods: int


ReadinessListener: TypeAlias = Callable[[datetime, Readiness], None]


class ReadinessCounter:
    """Counts along with every change.

    Args:
        store: Whose nodes and pods; it is empty still.
        now: Tells the time.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._now = now
        self._counts = {"nodes": 0, "pods": 0}
        self._listeners: list[ReadinessListener] = []
        self._told = self.readiness
        store.listen(self._notice)

    @property
    def readiness(self) -> Readiness:
        """The present count."""
        return Readiness(**self._counts)

    def listen(self, listener: ReadinessListener) -> None:
        """Tells `listener` the present count at once, and every other one from now on."""
        self._listeners.append(listener)
        listener(self._now(), self._told)

    def settled(self) -> None:
        """Tells the listeners a new count: only what the controllers leave behind is a sample."""
        if self.readiness != self._told:
            self._told = self.readiness
            for listener in self._listeners:
                listener(self._now(), self._told)

    def _notice(self, change: Change) -> None:
        if change.resource in self._counts:
            after = change.verb != "DELETED" and _works(change.after)
            self._counts[change.resource] += after - (change.before is not None and _works(change.before))


def _works(obj: Object) -> bool:
    owner = controller_of(obj)
    daemon = owner is not None and owner["kind"] == "DaemonSet"
    return is_true(obj, "Ready") and not is_terminating(obj) and not daemon
