"""The control loop: changes and timers name objects, and controllers look at each until nothing moves.

Controllers never poll. What happens at one instant happens in the order in which it was noticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from twin.cluster.shapes import Object, controller_of, namespace_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from twin.cluster.objects import Objects, Timer
    from twin.cluster.store import Change

Key = tuple[str, str]
"""Namespace and name."""

_MOST_STEPS = 100_000
"""A loop that needs more is two controllers undoing each other."""


class Controller(Protocol):
    """One duty."""

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the objects to look at after a change."""

    def reconcile(self, key: Key) -> None:
        """Brings the world one step closer to what the object asks for; a missing object is fine."""


class Loop:
    """Runs the controllers.

    Args:
        objects: The cluster's objects.
        lock: Held while controllers run; its waiters are told afterwards.
    """

    def __init__(self, objects: Objects, lock: threading.Condition) -> None:
        self.objects = objects
        self._lock = lock
        self._controllers: list[Controller] = []
        self._queue: dict[tuple[int, Key], None] = {}
        self._running = False
        self._on_settled: list[Callable[[], None]] = []
        objects.store.listen(self._notice)

    def add(self, controller: Controller) -> None:
        """Adds one more controller."""
        self._controllers.append(controller)

    def on_settled(self, listener: Callable[[], None]) -> None:
        """Calls `listener` each time that nothing is left to look at."""
        self._on_settled.append(listener)

    def _notice(self, change: Change) -> None:
        for number, controller in enumerate(self._controllers):
            for key in controller.concerns(change):
                self._queue[number, key] = None

    def requeue(self, controller: Controller, key: Key) -> None:
        """Queues an object for a controller once more, after what it is doing now."""
        self._queue[self._controllers.index(controller), key] = None

    def settle(self) -> None:
        """Runs until nothing is left to look at; inside a controller it does nothing.

        Raises:
            RuntimeError: Two controllers undo each other's work for ever.
        """
        if self._running:
            return
        self._running = True
        try:
            for _ in range(_MOST_STEPS):
                if not self._queue:
                    for listener in self._on_settled:
                        listener()
                    return
                number, key = next(iter(self._queue))
                del self._queue[number, key]
                self._controllers[number].reconcile(key)
            raise RuntimeError(f"The simulated cluster does not come to rest; last looked at {key}.")
        finally:
            self._running = False

    def later(self, seconds: float, action: Callable[[], None], name: str) -> Timer:
        """Does something after so many virtual seconds, and lets the controllers act on it."""

        def act() -> None:
            with self._lock:
                action()
                self.settle()
                self._lock.notify_all()

        return self.objects.clock.call_later(seconds, act, name=name)


def owner_key(change: Change, kind: str) -> Iterable[Key]:
    """Returns the controlling owner of a changed object, if it is of a kind."""
    owner = controller_of(change.after)
    if owner is not None and owner["kind"] == kind:
        yield namespace_of(change.after), owner["name"]


def is_active(pod: Object) -> bool:
    """Returns whether a pod still counts: not ending, not ended."""
    phase = (pod.get("status") or {}).get("phase")
    return "deletionTimestamp" not in pod["metadata"] and phase not in ("Succeeded", "Failed")
