"""The guard: may this experiment run now, who says no, whom would it hit, and who has to say yes."""

from typing import NamedTuple

from functions.chaos.policy.approvals import Approval, approval_of
from functions.chaos.policy.blast_radius import radius_of
from functions.chaos.policy.catalogue import BLAST_SOURCES
from functions.chaos.policy.experiment import Experiment
from functions.chaos.policy.facts import Facts, Unreadable
from functions.chaos.policy.gates import GATES, Gate, needed_by
from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.radius import Radius

RUN, REFUSED = "run", "refused"
NOT_APPLICABLE, NEEDS_APPROVAL = "not_applicable", "needs_approval"


class Found(NamedTuple):
    """What became of one gate.

    Attributes:
        gate: Its name.
        state: `open`, `closed`, `unreadable`, or `not needed` where this fault does not ask its source.
        reasons: Why it is not open, a sentence each.
        told: Whether people are told, and not only the record: an unreadable gate is something to mend.
    """

    gate: str
    state: str
    reasons: tuple[str, ...] = ()
    told: bool = False


class Decision(NamedTuple):
    """The guard's answer.

    Attributes:
        answer: `run`, `refused`, `not_applicable` or `needs_approval`.
        gates: Every gate, in order.
        radius: What would be hit; None where that could not be read.
        approval: Whether a person has to say yes, and has.
    """

    answer: str
    gates: tuple[Found, ...]
    radius: Radius | None
    approval: Approval

    @property
    def refused_by(self) -> tuple[str, ...]:
        """Returns the gates that refuse."""
        return tuple(found.gate for found in self.gates if found.state in {"closed", "unreadable"})


def decide(experiment: Experiment, facts: Facts, numbers: Numbers) -> Decision:
    """Returns whether an experiment may run.

    A refusal for safety is said before anything else; then that it would prove nothing here; then that a
    person has to say yes.
    """
    gates = [_found(gate, experiment, facts, numbers) for gate in GATES]
    radius, blast = _blast(experiment, facts, numbers)
    approval = approval_of(experiment, facts, numbers)
    decision = Decision(RUN, (*gates, blast), radius, approval)
    if decision.refused_by:
        return decision._replace(answer=REFUSED)
    if radius is not None and radius.not_applicable:
        return decision._replace(answer=NOT_APPLICABLE)
    if approval.needed and not approval.given:
        return decision._replace(answer=NEEDS_APPROVAL)
    return decision


def _found(gate: Gate, experiment: Experiment, facts: Facts, numbers: Numbers) -> Found:
    if not all(needed_by(experiment.fault, source) for source in gate.sources):
        return Found(gate.name, "not needed")
    unreadable = _unreadable(gate.sources, facts)
    if unreadable:
        return Found(gate.name, "unreadable", unreadable, told=True)
    reasons = tuple(gate.closed(experiment, facts, numbers))
    return Found(gate.name, "closed" if reasons else "open", reasons)


def _blast(experiment: Experiment, facts: Facts, numbers: Numbers) -> tuple[Radius | None, Found]:
    unreadable = _unreadable(BLAST_SOURCES[experiment.fault.unit], facts)
    if unreadable:
        return None, Found("blast-radius", "unreadable", unreadable, told=True)
    radius = radius_of(experiment, facts, numbers)
    return radius, Found("blast-radius", "closed" if radius.refusals else "open", radius.refusals)


def _unreadable(sources: tuple[str, ...], facts: Facts) -> tuple[str, ...]:
    said = ((source, facts.of(source)) for source in sources)
    return tuple(
        f"{source} cannot be read: {value.why}" for source, value in said if isinstance(value, Unreadable)
    )
