"""Fills a world that is being opened: each environment's stacks, overlay, figures; and a fleet's clusters."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.world.deployments import DeploymentError
from twin.world.doors import door_of
from twin.world.environment import Environment
from twin.world.fleet import Fleet
from twin.world.infrastructure import read_infrastructure
from twin.world.manifests import overlay, team_workload
from twin.world.telemetry import Telemetry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from twin.access_entries import AccessEntries
    from twin.timeline import Listener
    from twin.world.deployments import Deployment
    from twin.world.durations import Durations
    from twin.world.eks import Eks
    from twin.world.world import World


@dataclass(frozen=True, slots=True)
class Filling:
    """A world on its way to being open, and what its parts are made with."""

    stack: ExitStack
    world: World
    seed: int
    entries: AccessEntries
    eks: Eks
    durations: Durations
    tell: Listener
    numbered: Callable[[], int]

    def put_environment(self, deployment: Deployment, root: Path) -> None:
        """Deploys one environment's infrastructure, and applies its overlay to its cluster."""
        world = self.world
        environment = Environment(
            deployment, world.clock, self.durations, self.seed, self.tell, self.numbered, self._zones_of
        )
        environment.serve(self.entries, account=world.account.account)
        self.stack.enter_context(closing(environment))
        self.eks.expect(deployment.cluster, environment)
        objects = overlay(root, deployment.environment)
        wanted = read_infrastructure(
            root / "samconfig.toml",
            deployment.environment,
            door=door_of(objects, deployment.environment),
            first=not world.environments,
        )
        world.environments[deployment.environment] = environment
        world.plane.deploy(wanted.template, stack_name=wanted.stack_name, parameters=wanted.parameters)
        if not self.eks.has(deployment.cluster):
            raise DeploymentError(f"{wanted.stack_name} makes no cluster {deployment.cluster}")
        environment.cluster.apply(*objects)
        telemetry = Telemetry(environment, world.clock, world.databases, world.plane.metrics)
        world.timeline.listen(telemetry.hear)

    def _zones_of(self, subnets: Sequence[str]) -> tuple[str, ...]:
        found = self.world.account.client("ec2").describe_subnets(SubnetIds=list(subnets))["Subnets"]
        zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in found}
        return tuple(zones[subnet] for subnet in subnets)

    def put_fleet(self, deployment: Deployment, count: int, root: Path) -> None:
        """Puts the clusters of a fleet there, beside the environment's own."""
        world = self.world
        fleet = world.fleet = self.stack.enter_context(closing(Fleet(deployment, count)))
        objects = team_workload(root, deployment.environment)
        fleet.fill(
            objects,
            clock=world.clock,
            durations=self.durations,
            seed=self.seed,
            tell=self.tell,
            numbered=self.numbered,
        )
        fleet.serve_all(world.clock, self.eks, self.entries, world.account)
