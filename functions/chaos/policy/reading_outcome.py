"""Reads what came of a run, strictly: what was not measured is said as null, and never guessed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from functions.chaos.policy.outcome import Outcome, Sample
from functions.chaos.policy.reading_hypothesis import MEASURES
from functions.chaos.policy.reading_sources import listed, read_phrases
from functions.core.reading.faults import Faults
from functions.core.reading.strict_json import read_json
from functions.core.reading.table import Table

if TYPE_CHECKING:
    from datetime import datetime

STOPPED_BY = ("end", "alarm", "person", "time-out", "failure")
_INSTANTS = ("started_at", "injected_at", "breach_at", "alarm_at", "removed_at", "ended_at")
_KEYS = ("$schema", "run", *_INSTANTS, "stopped_by", "why", "planned", "hit", "leftovers", "samples")


def parse_outcome(text: str | bytes) -> Outcome:
    """Reads the record of a run.

    Args:
        text: JSON, in UTF-8 when given as bytes; at most 256 KiB.

    Raises:
        DocumentInvalid: It breaks a rule; its `faults` name every place and what to write there.
    """
    faults = Faults()
    value = read_json(text, what="the record of a run", examples="docs/capabilities/chaos.md")
    table = Table(value, "$", faults, keys=_KEYS)
    if not table.is_object:
        faults.refuse_if_any()
    table.text("$schema", "the address of the schema", default="")
    at = {key: _instant(table, key) for key in _INSTANTS}
    _check_order(table, at)
    stopped_by = table.choice("stopped_by", STOPPED_BY)
    why = table.text("why", "why it was stopped", default="")
    if stopped_by not in ("", "end") and not why:
        table.fault("why", "is missing; say why it was stopped")
    rest: dict[str, Any] = {
        "run": table.text("run", "the run's name"),
        "stopped_by": stopped_by,
        "why": why,
        "planned": table.whole("planned", 0, 10_000),
        "hit": read_phrases(table, "hit"),
        "leftovers": None if table.has("leftovers") and table.raw("leftovers") is None else _leftovers(table),
        "samples": tuple(sorted(_samples(table), key=lambda sample: sample.at)),
    }
    faults.refuse_if_any()
    return Outcome(**{**at, **rest})


def _leftovers(table: Table) -> tuple[str, ...]:
    if not table.has("leftovers"):
        table.fault("leftovers", "is missing; write a list, or null when the search gave no answer")
    return read_phrases(table, "leftovers")


def _instant(table: Table, key: str) -> datetime | None:
    needed = key in {"started_at", "ended_at"}
    if not table.has(key) or (table.raw(key) is None and not needed):
        if needed or not table.has(key):
            table.fault(key, f"is missing; write an instant with its offset{'' if needed else ', or null'}")
        return None
    return table.instant(key)


def _check_order(table: Table, at: dict[str, datetime | None]) -> None:
    if at["removed_at"] and not at["injected_at"]:
        table.fault("removed_at", 'must be null while "injected_at" is')
    chain = [key for key in ("started_at", "injected_at", "removed_at", "ended_at") if at[key]]
    for earlier, later in pairwise(chain):
        if at[earlier] > at[later]:  # type: ignore[operator]
            table.fault(later, f'comes before "{earlier}"')
    for key in ("breach_at", "alarm_at"):
        if at[key] and at["injected_at"] and at[key] < at["injected_at"]:  # type: ignore[operator]
            table.fault(key, 'comes before "injected_at"')


def _samples(table: Table) -> tuple[Sample, ...]:
    def sample(inner: Table) -> Sample | None:
        at = inner.instant("at")
        measure = inner.choice("measure", tuple(MEASURES))
        value = inner.number("value", 0, 1_000_000_000)
        return Sample(at, measure, value) if at else None

    found = listed(table, "samples", ("at", "measure", "value"), sample)
    return tuple(each for each in found if each is not None)
