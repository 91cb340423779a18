"""Nights in which something is different: holidays, holds, budgets, no capacity, people, crashes, clock changes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.adapters.control_table import ControlTable
from functions.night_scaling.choosing import BUNDLED
from twin.api_calls import Fault, FaultKind
from twin.scenarios import expectations as expect
from twin.scenarios import night_expectations as night
from twin.scenarios.night_expectations import tokyo
from twin.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.scenarios.scenario import World

GRACE = timedelta(minutes=30)
LEGACY = "legacy-billing"


def at(world: World, when: datetime, act: Callable[[], object], name: str) -> None:
    """Lets something happen at an instant."""
    world.clock.call_later((when - world.clock.now).total_seconds(), lambda: void(act), name=name)


def void(act: Callable[[], object]) -> None:
    """Does something whose answer nobody needs."""
    act()


def table(world: World, environment: str) -> ControlTable:
    """Gives an environment's control table, as the command line reaches it."""
    return ControlTable(dynamodb=world.account.client("dynamodb"), table=f"toban-{environment}-control")


def golden_week(_world: World) -> None:
    """The calendar alone makes it different."""


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
        table(world, "dev").place_hold("dev", "aoi-1", values, now=now)

    at(world, tokyo("2026-12-11 21:45:30"), hold, "hold")


def blocked_drain(world: World) -> None:
    """Brings a workload that nobody opted in, whose budget lets none of its pods go."""
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
    world.environments["dev"].cluster.apply(
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
    group = world.environments["dev"].groups[0]
    at(world, tokyo("2026-12-14 07:30"), lambda: group.give_capacity(there=False), "no capacity")
    at(world, tokyo("2026-12-14 08:30"), lambda: group.give_capacity(there=True), "capacity again")


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
    for kind, skip in ((FaultKind.CRASH_AFTER, 0), (FaultKind.CRASH_BEFORE, 0)):
        world.api_calls.inject(
            Fault(kind, service="autoscaling", function="toban-dev-drain-nodes", skip=skip)
        )


def throttled(world: World) -> None:
    """Throttles every call to EKS for twenty minutes from ten o'clock."""
    fault = Fault(FaultKind.THROTTLE, service="eks", times=None)
    at(world, tokyo("2026-12-08 21:59"), lambda: world.api_calls.inject(fault), "throttle")
    at(world, tokyo("2026-12-08 22:19"), lambda: world.api_calls.lift(fault), "throttle ends")


def in_new_york(world: World) -> None:
    """Puts dev on New York's clock, every night from ten to eight."""
    text: dict[str, Any] = json.loads((BUNDLED / "dev.json").read_text(encoding="utf-8"))
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    window = {"name": "night", "mode": "night", "days": days, "begin": "22:00", "end": "08:00"}
    text |= {"zone": "America/New_York", "windows": [window], "calendars": []}
    table(world, "dev").apply_schedule("dev", json.dumps(text))


@dataclass(frozen=True, slots=True)
class Utc:
    """Instants of the two nights on which New York changes its clocks, in UTC."""

    sleep: datetime
    wake: datetime


SPRING = Utc(datetime(2027, 3, 14, 3, tzinfo=UTC), datetime(2027, 3, 14, 11, 40, tzinfo=UTC))
"""22:00 EST to 07:40 EDT: an hour shorter than other nights."""
AUTUMN = Utc(datetime(2027, 11, 7, 2, tzinfo=UTC), datetime(2027, 11, 7, 12, 40, tzinfo=UTC))
"""22:00 EDT to 07:40 EST: an hour longer."""


def _clock_change(name: str, title: str, summary: str, begin: date, utc: Utc) -> Scenario:
    hour = timedelta(hours=1)
    return Scenario(
        name=name,
        title=title,
        summary=summary,
        begin=begin,
        days=2,
        arrange=in_new_york,
        expectations=(
            night.decisions(
                "dev",
                [("sleep", utc.sleep), ("wake", utc.wake)],
                between=(utc.sleep - hour, utc.wake + hour),
                sentence="It fell asleep once and woke once, on the wall clock.",
            ),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    )


NIGHTS = (
    Scenario(
        name="golden-week",
        title="Golden Week",
        summary="Japan's holidays join the weekend: dev sleeps through them, with one working day in between.",
        begin=date(2027, 4, 28),
        days=8,
        arrange=golden_week,
        expectations=(
            night.nodes_at(
                "dev",
                {
                    "2027-04-29 12:00": 0,
                    "2027-04-30 12:00": 3,
                    "2027-05-01 12:00": 0,
                    "2027-05-03 12:00": 0,
                    "2027-05-05 12:00": 0,
                    "2027-05-06 08:00": 3,
                },
                "dev had no node on the holidays and all of them on the working days.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="friday-hold",
        title="A hold on Friday night",
        summary="The notice comes at 21:45, somebody holds dev until half past eleven, and the weekend begins then.",
        begin=date(2026, 12, 11),
        days=3,
        arrange=friday_hold,
        expectations=(
            night.told("notice", "Toban dev: stop begins at 22:00", "The team was told in time.", times=1),
            night.nodes_at(
                "dev",
                {"2026-12-11 23:25": 3, "2026-12-12 00:15": 0},
                "dev stayed awake until the hold ended, and slept afterwards.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="blocked-drain",
        title="A budget that blocks a drain",
        summary="A workload's budget lets no pod go. Its node stays, a person is told by name, the morning is whole.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=blocked_drain,
        expectations=(
            night.told("page", LEGACY, "A person was told which pods hold the node."),
            night.only_pages(
                (LEGACY, "night-scaling-failed"),
                "Nobody was told of anything else.",
            ),
            night.nodes_at("dev", {"2026-12-09 00:00": 3}, "The node stayed with its pods."),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
        ),
    ),
    Scenario(
        name="no-capacity",
        title="No capacity on Monday",
        summary="EC2 has no instances at the hour of the wake. A person is told at the opening; all comes when it can.",
        begin=date(2026, 12, 13),
        days=1,
        arrange=no_capacity,
        expectations=(
            night.told("page", "not ready at opening", "A person was told at the opening.", times=1),
            night.nodes_at(
                "dev",
                {"2026-12-14 08:20": 0, "2026-12-14 08:50": 3},
                "dev woke as soon as EC2 had instances.",
            ),
            expect.everything_restored_exactly(),
        ),
    ),
    Scenario(
        name="by-hand",
        title="Someone scales by hand at night",
        summary="At one in the night a person gives production a fourth node. The morning leaves it, and says why.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=by_hand,
        expectations=(
            night.sizes_after("prod", "primary", (2, 4, 6), "The person's node stayed after the wake."),
            night.told("step", "someone changed node group primary", "The run says who decided.", times=1),
            expect.ready_at_every_opening(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="crashed-drain",
        title="The drain crashes midway",
        summary="A function dies twice while nodes are ended on Friday night; the machine goes on where it was.",
        begin=date(2026, 12, 11),
        days=3,
        arrange=crashes,
        expectations=(
            expect.asleep_within(GRACE),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
            expect.every_run_succeeded(),
            expect.nobody_was_paged(),
        ),
    ),
    Scenario(
        name="throttled",
        title="EKS throttles for twenty minutes",
        summary="From ten o'clock every call to EKS is refused. The night begins when that ends.",
        begin=date(2026, 12, 8),
        days=1,
        arrange=throttled,
        expectations=(
            night.nodes_at(
                "dev",
                {"2026-12-08 22:15": 3, "2026-12-08 22:45": 2},
                "dev slept soon after the throttle ended.",
            ),
            night.only_pages(
                ("given up", "night-scaling-failed", "handler-errors"),
                "A person was told of the throttle at most.",
            ),
            expect.ready_at_every_opening(),
            expect.everything_restored_exactly(),
        ),
    ),
    _clock_change(
        "new-york-spring",
        "New York puts its clocks forward",
        "A night of New York that is an hour shorter: it sleeps at ten and wakes for eight, on the wall clock.",
        date(2027, 3, 13),
        SPRING,
    ),
    _clock_change(
        "new-york-autumn",
        "New York puts its clocks back",
        "A night of New York in which an hour occurs twice: it sleeps once and wakes once.",
        date(2027, 11, 6),
        AUTUMN,
    ),
)
"""Nights in which something is different, each judged by its timeline."""
