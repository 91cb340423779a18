"""Who has to say yes: a person for the graver faults, and for everything outside development."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.chaos.policy.catalogue import GRAVE
from functions.chaos.policy.numbers import DEVELOPMENT

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.numbers import Numbers


class Approval(NamedTuple):
    """Whether a person has to say yes, why, and whether one has.

    Attributes:
        needed: Whether a yes is needed.
        why: Why it is; empty when it is not.
        given: Whether one that counts is there.
        refused: Why the yes that is there does not count; empty when there is none, or it does.
    """

    needed: bool
    why: str
    given: bool
    refused: str


def approval_of(experiment: Experiment, facts: Facts, numbers: Numbers) -> Approval:
    """Returns whether a person has to say yes and has, for this very document and not long ago."""
    why = _why(experiment)
    refused = _refused(experiment, facts, numbers) if facts.approval else ""
    return Approval(bool(why), why, given=facts.approval is not None and not refused, refused=refused)


def _why(experiment: Experiment) -> str:
    if experiment.environment != DEVELOPMENT:
        return f"everything in {experiment.environment} needs a person's yes"
    if experiment.fault.unit in GRAVE:
        return f"{experiment.fault.name} needs a person's yes in every environment"
    return "the document asks for a person's yes" if experiment.approval_required else ""


def _refused(experiment: Experiment, facts: Facts, numbers: Numbers) -> str:
    given = facts.approval
    if given is None:
        return ""
    if given.digest != experiment.digest:
        return f"{given.who} approved another document ({given.digest}) than this one ({experiment.digest})"
    if experiment.approvers and given.who not in experiment.approvers:
        return f"{given.who} is not among those who may approve it: {', '.join(experiment.approvers)}"
    if given.at > facts.now:
        return f"the yes of {given.who} is of the future"
    if facts.now - given.at >= timedelta(hours=numbers.approval_hours):
        return f"the yes of {given.who} is older than {numbers.approval_hours} hours"
    return ""
