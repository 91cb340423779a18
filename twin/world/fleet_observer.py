"""Watches a fleet's clusters through a night, and tells what became of each."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.night_scaling.policy.snapshot import Phase, snapshot_of
from twin.scenarios.scenario import MemberOutcome

if TYPE_CHECKING:
    from functions.core.control import TargetRecord
    from twin.world.fleet import Fleet, Member
    from twin.world.world import World

MIDDLE = timedelta(hours=4, minutes=30)
"""From the beginning to the look in the middle of the night."""


class FleetObserver:
    """Looks at the clusters of a world's fleet now, once more in the middle of the night, and at the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._table = world.control_table(self._fleet.deployment.environment)
        self._before = {name: _capacity(member) for name, member in self._fleet.members.items()}
        self._night: dict[str, tuple[int, bool]] = {}
        world.clock.call_later(MIDDLE.total_seconds(), self._look, name="a look at the fleet")

    def outcomes(self) -> dict[str, MemberOutcome]:
        """Returns what became of each cluster."""
        requests = self._fleet.requests()
        failures = Counter(self._world.runs.failures())
        return {
            name: MemberOutcome(
                before=self._before[name],
                at_night=self._night[name][0],
                asleep=self._night[name][1],
                after=_capacity(member),
                snapshots=int(snapshot_of(self._record(name)) is not None),
                failures=failures[self._target(name)],
                aws=requests[name]["aws"],
                kubernetes=requests[name]["kubernetes"],
            )
            for name, member in self._fleet.members.items()
        }

    @property
    def _fleet(self) -> Fleet:
        assert self._world.fleet is not None, "a world with a fleet"  # noqa: S101 - who makes this has one
        return self._world.fleet

    def _target(self, name: str) -> str:
        return f"{self._fleet.deployment.environment}/{name}"

    def _record(self, name: str) -> TargetRecord:
        return self._table.recall(self._target(name))

    def _look(self) -> None:
        for name, member in self._fleet.members.items():
            snapshot = snapshot_of(self._record(name))
            asleep = (
                snapshot is not None and snapshot.phase is Phase.ASLEEP and snapshot.settled_at is not None
            )
            self._night[name] = (member.cluster.readiness.nodes, asleep)


def _capacity(member: Member) -> tuple[tuple[int, int, int], dict[str, int]]:
    return member.group.sizes, member.replicas()
