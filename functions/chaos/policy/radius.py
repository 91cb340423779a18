"""What an experiment would hit, as a value."""

from typing import NamedTuple


class Radius(NamedTuple):
    """How many would be hit.

    Attributes:
        unit: What is counted.
        asked: How many the document asks for; 0 where there is nothing to ask of.
        cap: How many may go.
        ready: How many there are.
        limits: Each cap with its reason; the smallest counts.
        refusals: Why it must not be hit so; empty when it may.
        not_applicable: Why the fault would prove nothing here; empty when it would.
        pods: Ready pods that go with it, by workload, where the unit is not pods.
    """

    unit: str
    asked: int = 0
    cap: int = 0
    ready: int = 0
    limits: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    not_applicable: str = ""
    pods: tuple[tuple[str, int], ...] = ()
