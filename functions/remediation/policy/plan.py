"""What a decision comes to, as values: the verdict, what is changed, how it is taken back, and why."""

from typing import NamedTuple

from functions.remediation.policy.codes import Ladder, Rung, Told, Verdict
from functions.remediation.policy.reasons import Reason

Value = int | str | bool


class Change(NamedTuple):
    """One change of one field, made only where the field still has the value that was seen.

    Attributes:
        object: What is changed, such as `HorizontalPodAutoscaler`.
        path: The field, such as `/spec/maxReplicas`; or what is done, such as `eviction`, which has no undo.
        before: The observed value, which the change tests; None where nothing can be given back.
        after: The value that it gets, or the name of what it is done to.
    """

    object: str
    path: str
    before: Value | None
    after: Value


class Effect(NamedTuple):
    """What a plan may come to at worst; None where it changes nothing of the kind or it is not known."""

    ready_at_least: int | None = None
    healthy_at_least: int | None = None
    replicas_at_most: int | None = None
    connections_at_most: int | None = None


class Step(NamedTuple):
    """A rung, its cause, what it is done to, its changes, its effect, and why it asks a person."""

    rung: Rung
    cause: Reason
    target: str
    changes: tuple[Change, ...] = ()
    effect: Effect = Effect()
    needs_person: Reason | None = None


class GateAnswer(NamedTuple):
    """What a gate says: open, closed or unreadable."""

    gate: str
    state: str
    reason: Reason
    told: Told = Told.NOBODY


class Plan(NamedTuple):
    """A decision.

    Attributes:
        verdict: What is to happen.
        service: For whom.
        reasons: Why, the decisive one first.
        told: Who hears of it.
        cause: What a page is remembered by: the same is told once; None when nobody is told.
        ladder: The ladder that decided.
        alarm: The alarm that led to it.
        step: The rung, where one was chosen.
        gates: What each gate said; none when no gate was asked.
        handed_on: Ladders that said "not mine" on the way.
        withdraws: Whether a pending approval is to be withdrawn.
    """

    verdict: Verdict
    service: str
    reasons: tuple[Reason, ...]
    told: Told = Told.NOBODY
    cause: str | None = None
    ladder: Ladder | None = None
    alarm: str | None = None
    step: Step | None = None
    gates: tuple[GateAnswer, ...] = ()
    handed_on: tuple[Ladder, ...] = ()
    withdraws: bool = False


NOT_GIVEN_BACK = frozenset({"/spec/template", "/status/abort"})
"""Fields that no machine sets back: the release that they came from is held to be the cause."""


def undo_of(change: Change) -> Change | None:
    """Returns the change that takes another back exactly; None when it cannot, or must not, be given back."""
    if change.before is None or change.path in NOT_GIVEN_BACK:
        return None
    return Change(change.object, change.path, change.after, change.before)
