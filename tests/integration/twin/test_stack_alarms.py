"""Each alarm of stacks/monitoring.yaml rises by data, in a story that the twin plays, and none beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin.alarms.decision import OK
from twin.cloudformation.source import load
from twin.cluster.shapes import labels_of
from twin.monitoring.load import ZONE
from twin.rehearsal import Faults
from twin.world import open_world, read_deployments

if TYPE_CHECKING:
    from twin.world import World

ROOT = Path(__file__).resolve().parents[3]
NINE = datetime(2026, 12, 8, 9, tzinfo=ZONE)
"""A Tuesday morning: production is busy, and its night far."""
ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
BURNS = {
    f"SLO {speed} Burn{window}"
    for speed in ("Fast", "Medium", "Slow")
    for window in ("", ", Long Window", ", Short Window")
}
FULL_POOLS = {"RDS High Connections", "RDS Connections Nearly Exhausted", "Database Unwell"}
STORIES: dict[str, set[str]] = {
    "dead-node": {"Low Availability", "API Unwell"},
    "leaking-pod": {"High Memory Usage", "API Unwell"},
    "slow-store": {"API Latency", "API Unwell"},
    "full-pool": FULL_POOLS,
    "full-cache": {"Cache Memory Filling"},
    "starved-nodes": {"High Node CPU", "High Node Memory"},
    "shut-door": {"No Traffic", "Low Availability", "API Unwell"},
    "failing-release": {"High Error Rate", "API Unwell", *BURNS},
    "rush": {"High CPU Usage", "API Latency", "API Unwell", *FULL_POOLS},
}
"""Each fault, and all that it raises. Burns last for a day: what fails comes late, many requests last."""


def template_alarms() -> set[str]:
    """Returns the alarms of the template and of what it nests, by their names without the environment."""
    main, _ = load(ROOT / "stacks/monitoring.yaml")
    burn, _ = load(ROOT / "stacks/slo_burn.yaml")
    found = set()
    for resource in main["Resources"].values():
        if resource["Type"] in ALARMS:
            found.add(resource["Properties"]["AlarmName"]["Fn::Sub"])
        elif resource["Properties"].get("TemplateURL") == "slo_burn.yaml":
            found |= {
                each["Properties"]["AlarmName"]["Fn::Sub"].replace(
                    "${Speed}", resource["Properties"]["Parameters"]["Speed"]
                )
                for each in burn["Resources"].values()
                if each["Type"] in ALARMS
            }
    return {name.removesuffix(" (${Environment})") for name in found}


def risen(world: World, since: int) -> set[str]:
    changes = world.plane.alarms.history[since:]
    return {
        change.name.removesuffix(" (prod)")
        for change in changes
        if change.after == "ALARM" and change.name.endswith(" (prod)")
    }


def api_nodes(world: World, environment: str) -> list[str]:
    """Returns the nodes that have a pod of the API."""
    pods = world.environments[environment].cluster.objects.listing("pods")
    return sorted({pod["spec"]["nodeName"] for pod in pods if labels_of(pod).get("app") == "api-service"})


def play(world: World, faults: Faults, kind: str) -> None:
    """Plays a fault for half an hour, and lets it pass."""
    of = api_nodes(world, "prod")[:2] if kind == "dead-node" else [""]
    made = [faults.add(kind, "prod", each) for each in of]
    world.run_until(world.clock.now + timedelta(minutes=30))
    for fault in made:
        faults.lift(fault["id"])
    world.run_until(world.clock.now + timedelta(minutes=30))


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """Returns what rose in each story, what rose before any, and the states after each."""
    prod = read_deployments(ROOT / "samconfig.toml", ("prod",))
    with open_world(ROOT / "template.yaml", begin=NINE, seed=0, deployments=prod) as world:
        found: dict[str, Any] = {"before": {name: world.plane.alarms.state(name) for name in names(world)}}
        world.run_until(world.clock.now + timedelta(minutes=10))
        found["quiet"] = risen(world, quiet_from(world))
        faults = Faults(world)
        for kind in STORIES:
            since = len(world.plane.alarms.history)
            play(world, faults, kind)
            found[kind] = risen(world, since)
            found[f"after {kind}"] = {name: world.plane.alarms.state(name) for name in names(world)}
    return found


def names(world: World) -> list[str]:
    described = world.account.client("cloudwatch").describe_alarms()
    every = described["MetricAlarms"] + described["CompositeAlarms"]
    return sorted(each["AlarmName"] for each in every if each["AlarmName"].endswith(" (prod)"))


def quiet_from(world: World) -> int:
    changes = world.plane.alarms.history
    return sum(change.at < world.begin for change in changes)


def test_the_world_has_every_alarm_of_the_template(told: dict[str, Any]) -> None:
    assert {name.removesuffix(" (prod)") for name in told["before"]} == template_alarms()


def test_at_the_beginning_every_alarm_rests(told: dict[str, Any]) -> None:
    assert {name: state for name, state in told["before"].items() if state != OK} == {}
    assert told["quiet"] == set()


@pytest.mark.parametrize("name", sorted(template_alarms()))
def test_each_alarm_has_a_story_that_raises_it(told: dict[str, Any], name: str) -> None:
    raising = [kind for kind, raised in STORIES.items() if name in raised]
    assert raising, f"no story raises {name}: add one to STORIES"
    assert [kind for kind in raising if name not in told[kind]] == []


@pytest.mark.parametrize("kind", STORIES)
def test_a_story_raises_nothing_else(told: dict[str, Any], kind: str) -> None:
    assert told[kind] == STORIES[kind]


@pytest.mark.parametrize("kind", STORIES)
def test_what_is_mended_rests_again(told: dict[str, Any], kind: str) -> None:
    restless = {name for name, state in told[f"after {kind}"].items() if state != OK}
    assert {name.removesuffix(" (prod)") for name in restless} <= (
        BURNS if kind in ("failing-release", "rush") else set()
    )


@pytest.fixture(scope="module")
def weekend() -> dict[str, set[str]]:
    """Returns what rises in dev while the nodes of its API are dead by day, and from then until Saturday."""
    friday = datetime(2026, 12, 11, 9, tzinfo=ZONE)
    dev = read_deployments(ROOT / "samconfig.toml", ("dev",))
    with open_world(ROOT / "template.yaml", begin=friday, seed=0, deployments=dev) as world:
        faults, alarms, found = Faults(world), world.plane.alarms, {}
        for name, until in (
            ("outage", friday + timedelta(hours=1)),
            ("weekend", friday + timedelta(hours=26)),
        ):
            since = len(alarms.history)
            if name == "outage":
                made = [faults.add("dead-node", "dev", node) for node in api_nodes(world, "dev")]
                world.run_until(world.clock.now + timedelta(minutes=20))
                for fault in made:
                    faults.lift(fault["id"])
            world.run_until(until)
            changes = alarms.history[since:]
            found[name] = {change.name for change in changes if change.name.endswith(" (dev)")}
        found["asleep"] = {world.databases.status("taskmanager-dev")}
    return found


def test_where_a_schedule_stops_everything_an_outage_by_day_is_still_told(
    weekend: dict[str, set[str]],
) -> None:
    assert weekend["outage"] == {"Low Availability (dev)", "API Unwell (dev)"}


def test_and_its_weekend_changes_no_alarm(weekend: dict[str, set[str]]) -> None:
    assert weekend["asleep"] == {"stopped"}
    assert weekend["weekend"] == set()
