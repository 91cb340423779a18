"""Observes one environment cheaply and decides, for the two steps that have to: from ports to a decision."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from functions.core import names
from functions.core.capacity import Layers, Nodegroup, Phase, Snapshot, TargetRecord
from functions.core.errors import PermanentError
from functions.night_scaling import guarding, inventory
from functions.night_scaling.choosing import Choice, choose
from functions.night_scaling.lead import learned_lead
from functions.night_scaling.models import Action, Decision, Facts, Wish
from functions.night_scaling.patience import RESTARTED_AFTER
from functions.night_scaling.policy import decide
from functions.night_scaling.schedule.coverage import coverage_problems, coverage_warnings
from functions.night_scaling.schedule.desired import Desired, desired
from functions.night_scaling.scope import operated_nodegroups
from functions.runtime.wiring import Ports

WAKES = "wakes"
"""Note of how long past wakes took."""


class Planned(NamedTuple):
    """A decision, and what it came from.

    Attributes:
        decision: What to do.
        record: What the control table remembered.
        nodegroups: The node groups that exist and may be scaled.
        faults: What a person has to put right, a sentence each.
        choice: The schedule that is followed; None when this environment has none.
        answer: What the schedule asks for; None without one.
        lead: How long before an opening a wake begins.
        databases: Status of each database that should be stopped now; empty when none should.
    """

    decision: Decision
    record: TargetRecord
    nodegroups: dict[str, Nodegroup]
    faults: tuple[str, ...]
    choice: Choice | None = None
    answer: Desired | None = None
    lead: timedelta = timedelta(0)
    databases: Mapping[str, str | None] = MappingProxyType({})


def plan(ports: Ports, *, environment: str, owner: str, now: datetime) -> Planned:
    """Observes and decides: one Query, and one call for each node group.

    Raises:
        PermanentError: The call is for another environment than this control plane's.
    """
    chosen = ports.settings
    if environment != chosen.environment:
        raise PermanentError(f"This control plane operates {chosen.environment}, not {environment}.")
    record = ports.table.recall(environment)
    described = {name: ports.nodegroups.describe(name) for name in chosen.nodegroups}
    found = {name: group for name, group in described.items() if group is not None}
    faults = [
        f"Cluster {chosen.cluster} has no node group {name}: correct the stack's parameter NodeGroups. "
        "The others are operated on."
        for name, group in described.items()
        if group is None
    ]
    choice = choose(record, environment=environment, nodegroups=chosen.nodegroups)
    if choice is None:
        reason = f"{environment} has no schedule and stays as it is"
        return Planned(Decision(Action.NOTHING, reason, "awake", Layers()), record, found, tuple(faults))
    document = choice.document
    if names.member_of(environment) is None:
        # A fleet's members share one document: its faults are told once, for the environment.
        faults += (
            *choice.faults,
            *coverage_problems(document, now=now),
            *coverage_warnings(document, now=now),
        )
    lead = learned_lead(document.lead, wakes_of(record))
    answer = desired(document, holds=choice.holds, now=now, lead=lead)
    asked = answer.layers
    layers = Layers(nodegroups=asked.nodegroups, workloads=asked.workloads, database=asked.database)
    wish = Wish(answer.mode, answer.reason, layers, answer.next_change)
    operated = operated_nodegroups(found, document.protected)
    databases = _stopped(ports, record)
    facts = Facts(
        nodegroups=operated,
        snapshot=record.snapshot,
        lock=record.lock,
        restarted=_restarted(record.snapshot, databases, now=now),
        vanished=inventory.vanished(record.note(inventory.NOTE).values, operated, now=now),
        paused=guarding.paused_by(record.note(guarding.PAUSE).values),
        observing_until=guarding.observing_until(
            record.note(guarding.OBSERVING).values, days=chosen.observe_days, now=now
        ),
    )
    decision = decide(facts, wish, owner=owner, now=now)
    return Planned(decision, record, operated, tuple(faults), choice, answer, lead, databases)


def wakes_of(record: TargetRecord) -> list[int]:
    """Returns the seconds that past wakes took, the latest last."""
    found = record.note(WAKES).values.get("seconds")
    return list(found) if isinstance(found, list) else []


def _stopped(ports: Ports, record: TargetRecord) -> dict[str, str | None]:
    """Returns how the databases are that a verified sleep has stopped; asks RDS only then."""
    snapshot = record.snapshot
    if snapshot is None or snapshot.phase is not Phase.ASLEEP or snapshot.layers.database != "stopped":
        return {}
    return {name: ports.databases.status(name) for name in snapshot.databases}


def _restarted(
    snapshot: Snapshot | None, databases: Mapping[str, str | None], *, now: datetime
) -> tuple[str, ...]:
    """Returns the stopped databases that AWS has started after a week."""
    if snapshot is None or snapshot.settled_at is None or now - snapshot.settled_at < RESTARTED_AFTER:
        return ()
    return tuple(name for name, status in databases.items() if status == "available")
