"""Reads a hypothesis: a sentence, and the numbers that make it one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.chaos.policy.experiment import Measure
from functions.core.reading.table import Table

if TYPE_CHECKING:
    from functions.core.reading.faults import Faults

MEASURES: dict[str, tuple[bool, float]] = {
    "error_percent": (False, 100.0),
    "p95_ms": (False, 60_000.0),
    "ready_pods": (True, 10_000.0),
}
"""What can be measured: whether the bound is the lowest that is good, and the largest bound."""


def read_hypothesis(table: Table, faults: Faults) -> tuple[str, tuple[Measure, ...]]:
    """Reads the hypothesis of a document."""
    inner = Table(table.raw("hypothesis"), "$.hypothesis", faults, keys=("sentence", "measures"))
    if not inner.is_object:
        return "", ()
    sentence = inner.text("sentence", "what is believed, in a sentence")
    measures = inner.items("measures", lambda value, path: _measure(value, path, faults), most=10, least=1)
    names = [measure.name for measure in measures]
    for place, name in enumerate(names):
        if name and name in names[:place]:
            faults.add(f"$.hypothesis.measures[{place}].measure", f'"{name}" stands twice; keep one of them')
    return sentence, measures


def _measure(value: Any, path: str, faults: Faults) -> Measure:
    inner = Table(value, path, faults, keys=("measure", "at_most", "at_least"))
    if not inner.is_object:
        return Measure("", 0, at_least=False)
    name = inner.choice("measure", tuple(MEASURES))
    at_least, largest = MEASURES.get(name, (False, 0.0))
    wanted, other = ("at_least", "at_most") if at_least else ("at_most", "at_least")
    if name and inner.has(other):
        inner.fault(other, f'{name} is bounded by "{wanted}"')
    bound = inner.number(wanted, 0, largest) if name else 0.0
    return Measure(name, bound, at_least)
