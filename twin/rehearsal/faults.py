"""The faults that stand in a world: added by name, listed, and lifted."""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.rehearsal.aws import lose_region, throttle
from twin.rehearsal.capacity import give_no_capacity, kill_node, lose_zone
from twin.rehearsal.database import freeze_database
from twin.rehearsal.strain import fill_cache, fill_pool, rush, slow_store, starve_nodes
from twin.rehearsal.workload import block_budget, leak, release_badly, release_failing, shut_door

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from twin.rehearsal.undoing import Undo
    from twin.world import World
    from twin.world.environment import Environment


class UnknownFault(Exception):  # noqa: N818 - what the person hears, no error of the twin's
    """A person named a fault, an environment or a thing in it that is not there; the message is for them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault.

    Attributes:
        says: What happens, in a sentence.
        of: What `of` names; empty where nothing can be chosen.
        begin: Breaks it, and returns how it is mended.
    """

    says: str
    of: str
    begin: Callable[[World, Environment, str], Undo]


KINDS = {
    "no-capacity": Kind("EC2 has no instances to give.", "a node group; all without", give_no_capacity),
    "blocked-budget": Kind("A workload's budget lets none of its pods go.", "", block_budget),
    "throttle": Kind("A service refuses every call of the functions.", "a service; eks without", throttle),
    "dead-node": Kind("A node's kubelet falls silent.", "a node; the first without", kill_node),
    "lost-zone": Kind("A zone's nodes fall silent, and it gives no new ones.", "a zone", lose_zone),
    "leaking-pod": Kind("The API's pods take ever more memory.", "", leak),
    "bad-release": Kind("A release of the API whose pods never become ready.", "", release_badly),
    "failing-release": Kind("A release of the API that is slow and often fails.", "", release_failing),
    "rush": Kind("Far more people ask than usual.", "", rush),
    "slow-store": Kind("What stands behind the API answers slowly.", "", slow_store),
    "full-pool": Kind("The database's connections are taken and not given back.", "", fill_pool),
    "full-cache": Kind("Sessions fill the cache.", "", fill_cache),
    "starved-nodes": Kind("A program beside the pods takes the nodes for itself.", "", starve_nodes),
    "shut-door": Kind("The Ingress is gone, and the load balancer with it.", "", shut_door),
    "frozen-database": Kind("RDS holds a database in maintenance.", "a database", freeze_database),
    "lost-region": Kind("Every AWS call of the functions fails.", "", lose_region),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A fault that stands."""

    id: int
    kind: str
    environment: str
    of: str
    since: datetime
    undo: Undo


@dataclass
class Faults:
    """The faults of a world.

    Args:
        world: What they break.
    """

    world: World
    _standing: dict[int, Standing] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, kind: str, environment: str, of: str = "") -> dict[str, Any]:
        """Breaks something, and returns the fault as `listing` tells it.

        Raises:
            UnknownFault: There is no such kind, environment, or thing in it.
        """
        if kind not in KINDS:
            near = difflib.get_close_matches(kind, KINDS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it is one of {', '.join(KINDS)}."
            raise UnknownFault(f"There is no fault {kind!r}; {hint}")
        if environment not in self.world.environments:
            known = ", ".join(self.world.environments)
            raise UnknownFault(f"There is no environment {environment!r}; the twin has {known}.")
        if of and not KINDS[kind].of:
            raise UnknownFault(f"A {kind} has nothing to choose; leave {of!r} out.")
        try:
            undo = KINDS[kind].begin(self.world, self.world.environments[environment], of)
        except LookupError as error:
            raise UnknownFault(str(error.args[0])) from error
        made = Standing(next(self._numbers), kind, environment, of, self.world.clock.now, undo)
        self._standing[made.id] = made
        self._tell(made, "began", KINDS[kind].says)
        return _shown(made)

    def lift(self, number: int) -> dict[str, Any]:
        """Mends a fault, and returns it as it stood.

        Raises:
            UnknownFault: None of that number stands.
        """
        if number not in self._standing:
            known = ", ".join(map(str, self._standing)) or "none"
            raise UnknownFault(f"No fault {number} stands; standing: {known}.")
        ended = self._standing.pop(number)
        ended.undo()
        self._tell(ended, "lifted", "")
        return _shown(ended)

    def listing(self) -> list[dict[str, Any]]:
        """Lists the faults that stand, the oldest first."""
        return [_shown(each) for each in self._standing.values()]

    def _tell(self, fault: Standing, what: str, why: str) -> None:
        subject = f"{fault.environment}/{fault.kind}" + (f" {fault.of}" if fault.of else "")
        self.world.timeline.record("fault", subject, what, why)


def _shown(fault: Standing) -> dict[str, Any]:
    return {
        "id": fault.id,
        "kind": fault.kind,
        "environment": fault.environment,
        "of": fault.of,
        "since": fault.since.isoformat(timespec="seconds"),
    }
