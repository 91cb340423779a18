"""Observes one environment cheaply and decides, for the two steps that have to: from ports to a decision."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.core import names
from functions.core.control import Audience, TargetRecord
from functions.core.errors import PermanentError
from functions.core.nodegroups import Nodegroup
from functions.night_scaling.bundled import bundled_schedule
from functions.night_scaling.contract import CAPABILITY, Plan
from functions.night_scaling.policy import access, inventory
from functions.night_scaling.policy.active_schedule import ActiveSchedule, find_active
from functions.night_scaling.policy.deadlines import RESTARTED_AFTER
from functions.night_scaling.policy.decision import decide
from functions.night_scaling.policy.eligible import eligible_nodegroups
from functions.night_scaling.policy.lead import learned_lead, wakes_of
from functions.night_scaling.policy.models import Action, Decision, Facts
from functions.night_scaling.policy.snapshot import Phase, Snapshot, snapshot_of
from functions.night_scaling.ports import Ports
from functions.night_scaling.schedule.coverage import coverage_problems, coverage_warnings
from functions.night_scaling.schedule.desired import Desired, desired
from functions.night_scaling.schedule.model import AWAKE, Caps, Layers
from functions.runs.policy import guards
from functions.runs.policy.page import UTC
from functions.runs.run import Run


class Planned(NamedTuple):
    """A decision, and what it came from.

    Attributes:
        decision: What to do.
        record: What the control table remembered.
        snapshot: The environment's capacity as it was awake; None while it is awake.
        nodegroups: The node groups that exist and may be scaled.
        faults: What a person has to put right, a sentence each.
        schedule: The schedule that is followed; None when this environment has none.
        answer: What it asks for; None without one.
        lead: How long before an opening a wake begins.
        databases: Status of each database that should be stopped now; empty when none should.
        observing_until: Until when Toban only observes; None when it acts.
    """

    decision: Decision
    record: TargetRecord
    snapshot: Snapshot | None
    nodegroups: dict[str, Nodegroup]
    faults: tuple[str, ...]
    schedule: ActiveSchedule | None = None
    answer: Desired | None = None
    lead: timedelta = timedelta(0)
    databases: Mapping[str, str | None] = MappingProxyType({})
    observing_until: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Returns the zone that people read times in: the schedule's, or UTC without one."""
        return self.schedule.document.zone if self.schedule else UTC


def plan(ports: Ports, *, target: str, execution: str, now: datetime) -> Planned:
    """Observes and decides: one Query, and one call for each node group."""
    settings = ports.settings
    record = ports.table.recall(target)
    snapshot = snapshot_of(record)
    described, unreadable = _described(ports, settings.nodegroups)
    found = {name: group for name, group in described.items() if group is not None}
    faults = unreadable + _missing(settings.cluster, described)
    bundled = bundled_schedule(names.environment_of(target))
    schedule = find_active(record, environment=target, bundled=bundled, nodegroups=settings.nodegroups)
    if schedule is None:
        nothing = Decision(Action.NOTHING, f"{target} has no schedule and stays as it is", AWAKE, Layers())
        return Planned(nothing, record, snapshot, found, tuple(faults))
    document = schedule.document
    if names.member_of(target) is None:
        # A fleet's members share one document: its faults are told once, for the environment.
        faults += (
            *schedule.faults,
            *coverage_problems(document, now=now),
            *coverage_warnings(document, now=now),
        )
    lead = learned_lead(document.lead, wakes_of(record))
    answer = desired(document, holds=schedule.holds, now=now, lead=lead)
    eligible = eligible_nodegroups(found, document.protected)
    databases = _stopped_databases(ports, snapshot)
    facts = _facts(record, snapshot, eligible, databases, observe_days=settings.observe_days, now=now)
    facts = facts._replace(gone=bool(settings.nodegroups) and not found, zone=document.zone)
    decision = decide(facts, answer, execution=execution, now=now)
    return Planned(
        decision,
        record,
        snapshot,
        eligible,
        tuple(faults),
        schedule,
        answer,
        lead,
        databases,
        facts.observing_until if snapshot is None else None,
    )


def run_of(
    planned: Planned, *, target: str, cause: str, now: datetime, fleet: Mapping[str, object] | None = None
) -> Run:
    """Returns the run that a decision begins."""
    decision = planned.decision
    document = planned.schedule.document if planned.schedule else None
    groups = [group for target in document.targets for group in target.nodegroups] if document else []
    way = Plan(
        mode=decision.mode,
        layers=decision.layers,
        next_change=decision.next_change.isoformat() if decision.next_change else None,
        share_percent=document.caps.share_per_tick_percent if document else Caps().share_per_tick_percent,
        fallbacks={group.name: group.fallback for group in groups if group.fallback},
    )
    only_money = decision.action in (Action.SLEEP, Action.STOP_AGAIN)
    return Run(
        capability=CAPABILITY,
        target=target,
        cause=cause,
        action=decision.action.value,
        reason=decision.reason,
        started_at=now,
        plan=way.payload(),
        fleet=fleet,
        tell=Audience.TEAM if only_money else Audience.ON_DUTY,
    )


def _described(ports: Ports, names: tuple[str, ...]) -> tuple[dict[str, Nodegroup | None], list[str]]:
    """Returns the node groups, and why those that are denied cannot be operated on, a sentence each."""
    described: dict[str, Nodegroup | None] = {}
    denied: list[str] = []
    for name in names:
        try:
            described[name] = ports.nodegroups.describe(name)
        except PermanentError as error:
            denied.append(f"Node group {name} cannot be read, and the others are operated on. {error}")
    return described, denied


def _facts(
    record: TargetRecord,
    snapshot: Snapshot | None,
    eligible: Mapping[str, Nodegroup],
    databases: Mapping[str, str | None],
    *,
    observe_days: int,
    now: datetime,
) -> Facts:
    observing = record.note(access.OBSERVING).values
    until = guards.observing_until(observing, days=observe_days, now=now)
    return Facts(
        nodegroups=eligible,
        snapshot=snapshot,
        lock=record.lock,
        restarted=_restarted(snapshot, databases, now=now),
        vanished=inventory.vanished(record.note(inventory.NOTE).values, eligible, now=now),
        paused=guards.paused_by(record.note(names.PAUSE_NOTE).values),
        observing_until=until,
        access_unchecked=until is not None and access.is_due(record.note(access.NOTE).values, now=now),
    )


def _stopped_databases(ports: Ports, snapshot: Snapshot | None) -> dict[str, str | None]:
    """Returns how the databases are that a verified sleep has stopped; asks RDS only then."""
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


def _missing(cluster: str, described: Mapping[str, Nodegroup | None]) -> list[str]:
    """Returns one sentence about all groups that do not exist: a cluster that is gone pages once."""
    missing = [name for name, group in described.items() if group is None]
    if not missing:
        return []
    named = f"node group{'' if len(missing) == 1 else 's'} {', '.join(missing)}"
    rest = "The others are operated on." if len(missing) < len(described) else "None is operated on."
    return [f"Cluster {cluster} has no {named}: correct the stack's parameter NodeGroups. {rest}"]
