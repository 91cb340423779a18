"""The values that night scaling decides about: facts in, a decision with its reason out."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.core.cluster import CronJob, Workload
from functions.core.control import Lock
from functions.core.nodegroups import Nodegroup, Size
from functions.night_scaling.policy.snapshot import Snapshot
from functions.night_scaling.schedule.model import Layers
from functions.runs.policy.page import UTC


class Action(StrEnum):
    """What the machine routes by."""

    NOTHING = "nothing"
    SLEEP = "sleep"
    WAKE = "wake"
    STOP_AGAIN = "stop_again"
    CHECK_ACCESS = "check_access"
    REFUSE = "refuse"


class Facts(NamedTuple):
    """What was observed of one environment.

    Attributes:
        nodegroups: The node groups that exist, by name.
        snapshot: Its capacity as it was awake; None while it is awake.
        lock: The lock as last taken; None when nobody holds it.
        restarted: Databases that run again although their sleep goes on, and that AWS has restarted.
        vanished: Node groups that were there a day ago and are gone, when they are so many that it looks
            wrong.
        paused: Who has paused Toban, and why; None when nobody has.
        observing_until: Until when Toban only says what it would do; None when it acts.
        access_unchecked: Whether the cluster has to be read once, only to see that it can be.
        gone: Whether none of the node groups that the stack names exists.
        zone: The zone that people read times in.
    """

    nodegroups: Mapping[str, Nodegroup]
    snapshot: Snapshot | None = None
    lock: Lock | None = None
    restarted: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    paused: str | None = None
    observing_until: datetime | None = None
    access_unchecked: bool = False
    gone: bool = False
    zone: ZoneInfo = UTC


class Decision(NamedTuple):
    """What to do and why.

    Attributes:
        action: What to do.
        reason: Why, in a sentence.
        mode: Mode to go to.
        layers: That mode's layers.
        next_change: When the schedule changes its mind.
        observed: Whether it would have been a sleep, had Toban not been observing only.
    """

    action: Action
    reason: str
    mode: str
    layers: Layers
    next_change: datetime | None = None
    observed: bool = False


class DesiredCapacity(NamedTuple):
    """The numbers that a run brings an environment to.

    Attributes:
        sizes: Size of each node group; one that is not named is left alone.
        workloads: Each workload with the replicas and bounds to go to.
        cronjobs: Each CronJob as it should be.
        database: `running` or `stopped`.
        needed: Nodes that have to be Ready in each node group, where that is not its desired size.
    """

    sizes: Mapping[str, Size]
    workloads: tuple[Workload, ...]
    cronjobs: tuple[CronJob, ...]
    database: str
    needed: Mapping[str, int] = MappingProxyType({})

    def nodes_needed(self, name: str) -> int:
        """Returns how many nodes of a group have to be Ready."""
        return self.needed.get(name, self.sizes[name].desired)
