"""A world: simulated AWS with a control plane for each environment, and what they operate, on one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from functions.adapters.control_table import ControlTable
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.policy.snapshot import snapshot_of
from twin.scenarios.scenario import Footprint

if TYPE_CHECKING:
    from datetime import datetime

    from functions.core.control import TargetRecord
    from functions.night_scaling.schedule.model import ScheduleDocument
    from twin.account import Account
    from twin.api_calls import ApiCalls
    from twin.clock import Clock
    from twin.cluster.simulation import SimulatedCluster
    from twin.control_plane import ControlPlane
    from twin.timeline import Timeline
    from twin.world.databases import Databases
    from twin.world.environment import Environment
    from twin.world.fleet import Fleet
    from twin.world.run_recorder import RunRecorder


@dataclass(eq=False)
class World:
    """An open world; see `open_world`.

    Attributes:
        begin: When its story begins.
        environments: What is operated, by name.
        fleet: The clusters that the first environment's control plane operates beside its own; None for none.
        timeline: What happened so far.
        invocations: How many times a function ran so far.
    """

    begin: datetime
    clock: Clock
    account: Account
    api_calls: ApiCalls
    plane: ControlPlane
    databases: Databases
    timeline: Timeline
    runs: RunRecorder
    environments: dict[str, Environment] = field(default_factory=dict)
    fleet: Fleet | None = None

    @property
    def invocations(self) -> int:
        """How many times a function of the control planes ran so far."""
        return self.plane.invocations

    def cluster_of(self, name: str) -> SimulatedCluster | None:
        """Returns the simulated cluster that EKS knows by a name; None for one that is no environment's."""
        found = (each for each in self.environments.values() if each.deployment.cluster == name)
        environment = next(found, None)
        return environment.cluster if environment else None

    def document(self, name: str) -> ScheduleDocument:
        """Returns the schedule document that an environment follows: the applied or the bundled one."""
        choice = find_active(self._record(name), environment=name, bundled=bundled_schedule(name))
        return choice.document if choice else self.environments[name].schedule

    def control_table(self, name: str) -> ControlTable:
        """Returns an environment's control table, as the command line reaches it."""
        return ControlTable(dynamodb=self.account.client("dynamodb"), table=f"toban-{name}-control")

    def _record(self, name: str) -> TargetRecord:
        return self.control_table(name).recall(name)

    def footprint(self, name: str) -> Footprint:
        """Returns the sizes that Toban may change in an environment, and what it has left in its table."""
        environment = self.environments[name]
        record = self._record(name)
        held = record.lock is not None and record.lock.leased_until > self.clock.now
        stops = environment.deployment.databases
        return Footprint(
            nodegroups={group.name: group.sizes for group in environment.groups},
            replicas=environment.replicas(),
            database=self.databases.status(stops[0]) if stops else None,
            snapshots=int(snapshot_of(record) is not None),
            locks=int(held),
        )

    def run_until(self, when: datetime) -> None:
        """Lets time run.

        Raises:
            TwinFault: Something in the twin broke.
        """
        self.clock.run_until(when)
