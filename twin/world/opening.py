"""Opens a world: takes over the process's time, AWS calls and chance, and fills the simulated account."""

from __future__ import annotations

import itertools
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from twin import shortcuts
from twin.access_entries import AccessEntries
from twin.account import simulated_account
from twin.api_calls import ApiCalls
from twin.clock import Clock
from twin.cloudformation.stored_resources import StoredResources
from twin.control_plane import ControlPlane
from twin.functions import FunctionRunner
from twin.gc_tuning import rare_collections
from twin.moto_repetitions import remember_repetitions
from twin.randomness import Randomness
from twin.service_models import share_service_models
from twin.timeline import Timeline
from twin.world.addons import Addons
from twin.world.databases import Databases
from twin.world.deployments import read_deployments
from twin.world.durations import Durations
from twin.world.eks import Eks
from twin.world.filling import Filling
from twin.world.fleet import PATTERN
from twin.world.run_recorder import RunRecorder
from twin.world.telling import telling
from twin.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from twin.api_records import Call
    from twin.functions.isolated import IsolatedRunner
    from twin.world.deployments import Deployment

SETTLING = timedelta(minutes=10)
"""How long before the beginning the clusters exist, so that a story begins with everything Ready."""


@contextmanager
def open_world(
    template: Path,
    *,
    begin: datetime,
    seed: int,
    deployments: Sequence[Deployment] | None = None,
    fleet: int = 0,
    isolated: bool = False,
    on_call: Callable[[Call], None] | None = None,
) -> Iterator[World]:
    """Opens a world in which the template is deployed for each environment and everything is awake.

    One world can be open at a time; closing it gives the process its own time, calls and chance back.

    Args:
        template: The control plane's template; samconfig.toml lies beside it.
        begin: When the story begins, aware.
        seed: Fixes everything that chance decides.
        deployments: Which control planes; None takes those that samconfig.toml deploys beside a cluster.
        fleet: So many clusters, the first control plane's own among them; then only that one is deployed, and
            operates them all. 0 gives each control plane its own cluster alone.
        isolated: Whether each function runs in a process of its own, on AWS's runtime client.
        on_call: Is told of every AWS call from the first on; None tells nobody.

    Raises:
        DeploymentError: samconfig.toml does not say what to deploy.
        TemplateError: The template is wrong.
    """
    wanted = _deployments(template, deployments, fleet=fleet)
    with ExitStack() as stack:
        filling = _opened(stack, begin, seed, wanted, isolated=isolated)
        world = filling.world
        if on_call:
            world.api_calls.observe(on_call)
        for deployment in wanted:
            filling.put_environment(deployment, template.resolve().parent)
        if fleet:
            filling.put_fleet(wanted[0], fleet, template.resolve().parent)
        world.clock.run_until(begin)
        world.timeline.forget()
        for deployment in wanted:
            # A story that only observed its first week would have nothing to tell.
            parameters = {"ObserveDays": "0", **deployment.parameters}
            world.plane.deploy(template, stack_name=deployment.stack_name, parameters=parameters)
            world.environments[deployment.environment].begin()
        if world.fleet:
            world.fleet.join(world.account.client("eks"))
            world.fleet.count_calls(world.api_calls)
        yield world


def _deployments(template: Path, deployments: Sequence[Deployment] | None, *, fleet: int) -> list[Deployment]:
    wanted = read_deployments(template.parent / "samconfig.toml") if deployments is None else [*deployments]
    if fleet:
        return [replace(wanted[0], parameters={**wanted[0].parameters, "FleetClusters": PATTERN})]
    return wanted


def _opened(
    stack: ExitStack, begin: datetime, seed: int, deployments: Sequence[Deployment], *, isolated: bool
) -> Filling:
    """Returns a world with simulated AWS and nothing in it yet; `stack` closes it."""
    stack.enter_context(rare_collections())
    stack.enter_context(closing(share_service_models()))
    stack.enter_context(closing(remember_repetitions()))
    account = stack.enter_context(simulated_account())
    clock = stack.enter_context(closing(Clock(begin - SETTLING)))
    api_calls = stack.enter_context(closing(ApiCalls(clock, account=account.account)))
    randomness = stack.enter_context(closing(Randomness(seed)))
    api_calls.install()
    shortcuts.install(api_calls)
    timeline = Timeline(lambda: clock.now)
    tell = telling(timeline)
    stored = StoredResources(api_calls)
    entries, eks, durations = AccessEntries(api_calls), Eks(api_calls), Durations(seed)
    databases = Databases(clock, api_calls, durations, tell)
    plane = stack.enter_context(
        closing(ControlPlane(clock, api_calls, account, randomness, tell, _runner(isolated=isolated)))
    )
    runs = RunRecorder(
        timeline,
        {f"{deployment.stack_name}-night-scaling": deployment.environment for deployment in deployments},
    )
    plane.machines.listen(runs.record)
    world = World(begin, clock, account, api_calls, plane, databases, timeline, runs)
    Addons(api_calls, stored.addons, world.cluster_of)
    numbers = itertools.count(1)
    return Filling(stack, world, seed, entries, eks, durations, tell, lambda: next(numbers))


def _runner(*, isolated: bool) -> type[FunctionRunner | IsolatedRunner]:
    if not isolated:
        return FunctionRunner
    from twin.functions.isolated import IsolatedRunner  # noqa: PLC0415 - few worlds need it

    return IsolatedRunner
