"""Observes one environment cheaply and decides, for the two steps that have to: from ports to a decision."""

from dataclasses import dataclass
from datetime import datetime

from functions.core.capacity import Layers, Nodegroup, TargetRecord
from functions.core.errors import PermanentError
from functions.night_scaling.choosing import Choice, choose
from functions.night_scaling.models import Action, Decision, Facts, Wish
from functions.night_scaling.policy import decide
from functions.night_scaling.schedule.coverage import coverage_problems, coverage_warnings
from functions.night_scaling.schedule.desired import Desired, desired
from functions.runtime.wiring import Ports


@dataclass(frozen=True, slots=True)
class Planned:
    """A decision, and what it came from.

    Attributes:
        decision: What to do.
        record: What the control table remembered.
        nodegroups: The node groups that exist.
        choice: The schedule that is followed; None when this environment has none.
        faults: What a person has to put right, a sentence each.
        answer: What the schedule asks for; None without one.
    """

    decision: Decision
    record: TargetRecord
    nodegroups: dict[str, Nodegroup]
    choice: Choice | None
    faults: tuple[str, ...]
    answer: Desired | None = None


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
        none = Layers()
        decision = Decision(
            Action.NOTHING, f"{environment} has no schedule and stays as it is", "awake", none
        )
        return Planned(decision, record, found, None, tuple(faults))
    faults += (
        *choice.faults,
        *coverage_problems(choice.document, now=now),
        *coverage_warnings(choice.document, now=now),
    )
    answer = desired(choice.document, holds=choice.holds, now=now)
    asked = answer.layers
    layers = Layers(nodegroups=asked.nodegroups, workloads=asked.workloads, database=asked.database)
    wish = Wish(answer.mode, answer.reason, layers, answer.next_change)
    facts = Facts(nodegroups=found, snapshot=record.snapshot, lock=record.lock)
    decision = decide(facts, wish, owner=owner, now=now)
    return Planned(decision, record, found, choice, tuple(faults), answer)
