"""A whole world: simulated AWS with a control plane for each environment, and what they operate, on one clock.

Opening a world takes over the process's time, its AWS calls and its chance; closing it gives them back. One world can
be open at a time.
"""

from __future__ import annotations

import itertools
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.adapters.control_table import ControlTable
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.policy.active_schedule import find_active
from functions.night_scaling.policy.snapshot import snapshot_of
from twin import shortcuts
from twin.access_entries import AccessEntries
from twin.account import simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.control_plane import ControlPlane
from twin.gc_tuning import rare_collections
from twin.randomness import Randomness
from twin.scenarios.scenario import Footprint
from twin.service_models import share_service_models
from twin.timeline import Timeline
from twin.world.databases import Databases
from twin.world.deployments import Deployment, read_deployments
from twin.world.eks import Eks
from twin.world.environment import Environment
from twin.world.fleet import PATTERN, Fleet
from twin.world.physics import Physics
from twin.world.telling import Runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from functions.core.control import TargetRecord
    from functions.night_scaling.schedule.model import ScheduleDocument
    from twin.account import Account

__all__ = ["World", "open_world"]

SETTLING = timedelta(minutes=10)
"""How long before the beginning the clusters exist, so that a story begins with everything Ready."""

NOTICES = "-notices"
"""How the topic's name ends that tells people what is coming; a message there wakes nobody."""

UNTOLD = frozenset({("event", "aws.states")})
"""What the timeline leaves out: the machines' own entries say it with their reasons."""


@dataclass(eq=False)
class World:
    """An open world; see `open_world`.

    Attributes:
        begin: When its story begins.
        environments: What is operated, by name.
        fleet: The clusters that the first environment's control plane operates beside its own; None without any.
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
    runs: Runs
    environments: dict[str, Environment] = field(default_factory=dict)
    fleet: Fleet | None = None

    @property
    def invocations(self) -> int:
        """How many times a function of the control planes ran so far."""
        return self.plane.invocations

    def document(self, name: str) -> ScheduleDocument:
        """Gives the schedule document that an environment follows: the one that was applied, else the bundled one."""
        choice = find_active(self._record(name), environment=name, bundled=bundled_schedule(name))
        return choice.document if choice else self.environments[name].schedule

    def _record(self, name: str) -> TargetRecord:
        table = ControlTable(dynamodb=self.account.client("dynamodb"), table=f"toban-{name}-control")
        return table.recall(name)

    def footprint(self, name: str) -> Footprint:
        """Gives the sizes that night_scaling may change in an environment, and what it has left in its table."""
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


def _wanted(template: Path, deployments: Sequence[Deployment] | None, *, fleet: int) -> list[Deployment]:
    found = read_deployments(template.parent / "samconfig.toml") if deployments is None else [*deployments]
    if fleet:
        return [replace(found[0], parameters={**found[0].parameters, "FleetClusters": PATTERN})]
    return found


@contextmanager
def open_world(
    template: Path,
    *,
    begin: datetime,
    seed: int,
    deployments: Sequence[Deployment] | None = None,
    fleet: int = 0,
) -> Iterator[World]:
    """Opens a world in which the template is deployed for each environment and everything is awake.

    Args:
        template: The control plane's template; samconfig.toml lies beside it.
        begin: When the story begins, aware.
        seed: Fixes everything that chance decides.
        deployments: Which control planes; None takes those that samconfig.toml deploys beside a cluster.
        fleet: So many clusters, the first control plane's own among them; then only that one is deployed, and operates
            them all. 0 gives each control plane its own cluster alone.

    Raises:
        DeploymentError: samconfig.toml does not say what to deploy.
        TemplateError: The template is wrong.
    """
    wanted = _wanted(template, deployments, fleet=fleet)
    with ExitStack() as stack:
        stack.enter_context(rare_collections())
        stack.enter_context(closing(share_service_models()))
        account = stack.enter_context(simulated_account())
        clock = stack.enter_context(closing(Clock(begin - SETTLING)))
        api_calls = stack.enter_context(closing(ApiCalls(clock, account=account.account)))
        randomness = stack.enter_context(closing(Randomness(seed)))
        api_calls.install()
        shortcuts.install(api_calls)
        timeline = Timeline(lambda: clock.now)

        def tell(kind: str, subject: str, what: str, why: str) -> None:
            if kind == "page" and subject.endswith(NOTICES):
                timeline.record("notice", subject, what, why)
            elif (kind, subject) not in UNTOLD:
                timeline.record(kind, subject, what, why)

        entries, eks, physics = AccessEntries(api_calls), Eks(api_calls), Physics(seed)
        databases = Databases(clock, api_calls, physics, tell)
        plane = stack.enter_context(closing(ControlPlane(clock, api_calls, account, randomness, tell)))
        machines = {f"{each.stack_name}-night-scaling": each.environment for each in wanted}
        runs = Runs(timeline, machines)
        plane.machines.listen(runs.hear)
        world = World(begin, clock, account, api_calls, plane, databases, timeline, runs)
        numbers = itertools.count(1)
        for deployment in wanted:
            environment = Environment(deployment, clock, physics, seed, tell, lambda: next(numbers))
            environment.fill()
            environment.open_door(entries, account=account.account)
            stack.enter_context(closing(environment))
            eks.put_cluster(deployment.cluster, environment.endpoint)
            for group in environment.groups:
                eks.put_nodegroup(group)
            for name in deployment.databases:
                databases.create(name, environment=deployment.environment)
            world.environments[deployment.environment] = environment
        if fleet:
            world.fleet = stack.enter_context(closing(Fleet(wanted[0], fleet)))
            world.fleet.fill(clock, physics, seed, tell, lambda: next(numbers))
            world.fleet.open_doors(clock, eks, entries, account=account.account)
        clock.run_until(begin)
        for deployment in wanted:
            # A story that only observed its first week would have nothing to tell.
            parameters = {"ObserveDays": "0", **deployment.parameters}
            plane.deploy(template, stack_name=deployment.stack_name, parameters=parameters)
            world.environments[deployment.environment].begin()
        if world.fleet:
            world.fleet.join(account.client("eks"))
            world.fleet.count_calls(api_calls)
        yield world
