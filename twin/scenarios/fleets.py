"""A fleet's night: one deployment, many clusters, a handful of them sick, each in its own way."""

from __future__ import annotations

from datetime import date, time, timedelta
from statistics import median
from typing import TYPE_CHECKING

from functions.night_scaling.actions.apply import apply_schedule
from twin.scenarios import expectations as expect
from twin.scenarios.arrangements import at, protected_by_budget
from twin.scenarios.night_expectations import tokyo
from twin.scenarios.scenario import Expectation, Scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.scenarios.scenario import MemberOutcome, Outcome, World

CLUSTERS = 1_000
"""As many as a schedule document may name: one deployment, one virtual night."""
SICK = {
    "c1": "EKS says for hours that its node group is being updated",
    "c2": "a budget holds its pods",
    "c3": "nobody gave the functions' roles an entry on it",
    "c4": "its node group was deleted",
    "c5": "EC2 has no instances for it in the morning",
}
"""What is wrong, by the cluster's name; a fleet of ten has them all."""
MISSED = ("c4", "c5")
"""Sick clusters that somebody is paged for: they are not up, or nobody knows what they should be."""
TOLD = ("page", "notice")
NIGHT_NODES = 2
"""Nodes that the bundled document's mode of the night leaves."""
MOST_AWS, MOST_KUBERNETES = 300, 120
"""Requests for one cluster in one night; `toban bench fleet_night` shows how many there are."""


def arrange(world: World) -> None:
    """Puts the document with all clusters in force, and makes some of them sick."""
    fleet = world.fleet
    if fleet is None:
        return
    environment = fleet.deployment.environment
    apply_schedule(world.control_table(environment), environment, fleet.schedule())
    stuck, held, closed, gone, poor = (fleet.members[name] for name in SICK)
    stuck.group.status = "UPDATING"
    held.cluster.apply(*protected_by_budget())
    eks = world.account.client("eks")
    for principal in eks.list_access_entries(clusterName=closed.cluster_name)["accessEntries"]:
        eks.delete_access_entry(clusterName=closed.cluster_name, principalArn=principal)
    fleet.lose_nodegroup(gone)
    at(world, tokyo("2026-12-09 05:00"), lambda: poor.group.give_capacity(there=False), "no capacity")


def healthy(outcome: Outcome) -> dict[str, MemberOutcome]:
    """Returns the clusters that nothing was done to."""
    return {name: member for name, member in outcome.fleet.items() if name not in SICK}


def slept() -> Expectation:
    """Holds when each healthy cluster was verified asleep, with the night's nodes, in mid-night."""

    def check(outcome: Outcome) -> Iterator[str]:
        for name, member in healthy(outcome).items():
            if not member.asleep or member.at_night != NIGHT_NODES:
                yield f"{name} had {member.at_night} nodes, verified asleep: {member.asleep}"

    return Expectation(
        "Every healthy cluster was verified asleep in the middle of the night.",
        check,
        lambda outcome: f"{len(healthy(outcome))} of {len(outcome.fleet)} clusters",
    )


def woke() -> Expectation:
    """Holds when each healthy cluster ended exactly as it began, with no failed run."""

    def check(outcome: Outcome) -> Iterator[str]:
        for name, member in healthy(outcome).items():
            if member.after != member.before or member.snapshots or member.failures:
                yield (
                    f"{name} ended with {member.after} instead of {member.before}, "
                    f"{member.snapshots} snapshots and {member.failures} failed runs"
                )

    return Expectation(
        "Every healthy cluster was awake in the morning exactly as it was, and no run of it failed.", check
    )


def told_by_name() -> Expectation:
    """Holds when people were told of each sick cluster by its name, and of no other.

    What costs nothing but money is a notice; what somebody misses in the morning is a page.
    """

    def check(outcome: Outcome) -> Iterator[str]:
        told = {kind: [f"{entry.what} {entry.why}" for entry in outcome.timeline.of(kind)] for kind in TOLD}
        for name, wrong in SICK.items():
            if not any(_names(text, name) for texts in told.values() for text in texts):
                yield f"nobody was told of {name}: {wrong}"
        for name in MISSED:
            if not any(_names(text, name) for text in told["page"]):
                yield f"nobody was paged for {name}: {SICK[name]}"
        for name in healthy(outcome):
            yield from (text[:120] for texts in told.values() for text in texts if _names(text, name))

    return Expectation(
        "People were told of each sick cluster by its name, and of no other.",
        check,
        lambda outcome: ", ".join(f"{len(outcome.timeline.of(kind))} {kind}s" for kind in TOLD),
    )


def _names(text: str, name: str) -> bool:
    words = text.replace("team-", "c").replace("dev/", " ")
    return any(word.strip(".,:;()'\"") == name for word in words.split())


def asked_little() -> Expectation:
    """Holds when no healthy cluster took more requests than the bounds, whatever the fleet's size."""

    def check(outcome: Outcome) -> Iterator[str]:
        for name, member in healthy(outcome).items():
            if member.aws > MOST_AWS or member.kubernetes > MOST_KUBERNETES:
                yield f"{name} took {member.aws} requests to AWS and {member.kubernetes} to Kubernetes"

    def seen_so(outcome: Outcome) -> str:
        aws = [member.aws for member in healthy(outcome).values()]
        kubernetes = [member.kubernetes for member in healthy(outcome).values()]
        return (
            f"AWS {min(aws)} to {max(aws)}, median {median(aws):g}; "
            f"Kubernetes {min(kubernetes)} to {max(kubernetes)}, median {median(kubernetes):g}"
        )

    return Expectation(
        f"No healthy cluster took more than {MOST_AWS} requests to AWS and {MOST_KUBERNETES} to Kubernetes.",
        check,
        seen_so,
    )


FLEET_NIGHT = Scenario(
    name="fleet-night",
    title="A fleet's night",
    summary=(
        "One deployment puts 1,000 clusters to sleep and wakes them. Five are sick, and stay alone with it."
    ),
    begin=date(2026, 12, 8),
    days=1,
    arrange=arrange,
    expectations=(slept(), woke(), told_by_name(), asked_little(), expect.ready_at_every_opening()),
    fleet=CLUSTERS,
    begins_at=time(21, 30),
    lasts=timedelta(hours=11),
)
"""From half an hour before the night to half an hour after the opening."""
