"""What every step of a night does first: proves that it still may change something, and reads where to go."""

from typing import NamedTuple

from functions.core.control import TargetRecord
from functions.core.errors import SafetyRefusal
from functions.night_scaling.contract import Plan, read_plan
from functions.night_scaling.policy import fallback
from functions.night_scaling.policy.desired_capacity import desired_capacity
from functions.night_scaling.policy.models import Action, DesiredCapacity
from functions.night_scaling.policy.snapshot import Snapshot, snapshot_of
from functions.night_scaling.ports import Ports
from functions.runs.resume import resume
from functions.runs.run import Run
from functions.runtime.entrypoint import Call


class StepContext(NamedTuple):
    """What a step works with.

    Attributes:
        run: The run.
        action: What it does.
        plan: Where it goes.
        snapshot: The capacity as it was awake.
        desired: The capacity to go to.
        record: All that is remembered of the target.
    """

    run: Run
    action: Action
    plan: Plan
    snapshot: Snapshot
    desired: DesiredCapacity
    record: TargetRecord

    @property
    def sleeps(self) -> bool:
        """Returns whether the run goes down."""
        return self.action is Action.SLEEP

    @property
    def gives_back(self) -> bool:
        """Returns whether what the mode leaves running may be down: a wake, or one that was turned back."""
        return not self.sleeps or (self.snapshot.half_woken and self.plan.layers.workloads == "running")


def step_context(call: Call, ports: Ports) -> StepContext:
    """Resumes the run and reads what its step works with.

    Raises:
        SafetyRefusal: The lock was lost, a person has paused Toban, or there is no snapshot to come back to.
    """
    run, record = resume(call, ports)
    action, plan = Action(run.action), read_plan(run)
    snapshot = snapshot_of(record)
    if snapshot is None:
        raise SafetyRefusal(f"{run.target} has no capacity snapshot; nothing is changed without one.")
    desired = desired_capacity(snapshot, plan.layers)
    if action is Action.SLEEP and plan.layers.workloads == "running" and not snapshot.half_woken:
        # What a mode leaves running is not even brought back to its own number: an autoscaler may have moved
        # it.
        desired = desired._replace(workloads=(), cronjobs=())
    if action is not Action.SLEEP:
        desired = fallback.with_loans(desired, fallback.read_loans(record.note(fallback.NOTE).values))
    return StepContext(run, action, plan, snapshot, desired, record)
