"""What makes a night different, arranged before time runs: holds, budgets, lost capacity, people, crashes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.night_scaling.actions.apply import apply_schedule
from functions.night_scaling.bundled import SCHEDULES
from twin.api_faults import Fault, FaultKind
from twin.scenarios.night_expectations import tokyo

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.scenarios.scenario import World

LEGACY = "legacy-billing"


def at(world: World, when: datetime, act: Callable[[], object], name: str) -> None:
    """Lets something happen at an instant; what it returns is nobody's."""

    def run() -> None:
        act()

    world.clock.call_later((when - world.clock.now).total_seconds(), run, name=name)


def golden_week(_world: World) -> None:
    """Arranges nothing: the calendar alone makes it different."""


def friday_hold(world: World) -> None:
    """Places a hold a quarter of an hour before the weekend, as the notice suggests."""

    def hold() -> None:
        now = world.clock.now
        values = {
            "kind": "keep_awake",
            "owner": "aoi",
            "reason": "release 4.2",
            "begins": now.isoformat(timespec="microseconds"),
            "expires": (now + timedelta(minutes=105)).isoformat(timespec="microseconds"),
            "mode": None,
            "target": None,
        }
        world.control_table("dev").place_hold("dev", "aoi-1", values, now=now)

    at(world, tokyo("2026-12-11 21:45:30"), hold, "hold")


def blocked_drain(world: World) -> None:
    """Brings a workload that nobody opted in, whose budget lets none of its pods go."""
    world.environments["dev"].cluster.apply(*protected_by_budget())


def protected_by_budget() -> tuple[dict[str, Any], ...]:
    """Returns a workload that nobody opted in, a pod a node, and the budget that lets none of them go."""
    labels = {"app": LEGACY}
    container = {
        "name": "billing",
        "image": "example/billing@sha256:" + "0" * 64,
        "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}},
    }
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": labels},
    }
    meta = {"name": LEGACY, "namespace": "app-production"}
    return (
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {**meta, "labels": labels},
            "spec": {
                "replicas": 6,
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {"containers": [container], "topologySpreadConstraints": [spread]},
                },
            },
        },
        {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": meta,
            "spec": {"maxUnavailable": 0, "selector": {"matchLabels": labels}},
        },
    )


def no_capacity(world: World) -> None:
    """Takes EC2's capacity away before Monday's wake, and gives it back at half past eight."""
    groups = world.environments["dev"].groups

    def give(*, there: bool) -> None:
        for group in groups:
            group.give_capacity(there=there)

    at(world, tokyo("2026-12-14 07:30"), lambda: give(there=False), "no capacity")
    at(world, tokyo("2026-12-14 08:30"), lambda: give(there=True), "capacity again")


def by_hand(world: World) -> None:
    """Lets a person scale production up in the middle of the night."""

    def scale() -> None:
        world.account.client("eks").update_nodegroup_config(
            clusterName=world.environments["prod"].deployment.cluster,
            nodegroupName="primary",
            scalingConfig={"minSize": 2, "desiredSize": 4, "maxSize": 6},
        )

    at(world, tokyo("2026-12-09 01:00"), scale, "a person")


def crashes(world: World) -> None:
    """Kills the drain twice on Friday night: after a node was ended, and before another is."""
    for kind in (FaultKind.CRASH_AFTER, FaultKind.CRASH_BEFORE):
        world.api_calls.inject(
            Fault(
                kind,
                service="autoscaling",
                operation="TerminateInstanceInAutoScalingGroup",
                function="toban-dev-night-scaling-drain-nodes",
            )
        )


def throttled(world: World) -> None:
    """Throttles every call to EKS for twenty minutes from ten o'clock."""
    fault = Fault(FaultKind.THROTTLE, service="eks", times=None)
    at(world, tokyo("2026-12-08 21:59"), lambda: world.api_calls.inject(fault), "throttle")
    at(world, tokyo("2026-12-08 22:19"), lambda: world.api_calls.lift(fault), "throttle ends")


def in_new_york(world: World) -> None:
    """Puts dev on New York's clock, every night from ten to eight."""
    text: dict[str, Any] = json.loads((SCHEDULES / "dev.json").read_text(encoding="utf-8"))
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    window = {"name": "night", "mode": "night", "days": days, "begin": "22:00", "end": "08:00"}
    text |= {"zone": "America/New_York", "windows": [window], "calendars": []}
    apply_schedule(world.control_table("dev"), "dev", json.dumps(text))
