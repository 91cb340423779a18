"""How often a rung's shadow agreed with people: promotion is proposed to a person, demotion is at once."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

AGREEMENTS = 5
"""Agreements in a row after which a promotion is proposed, unless the caller says another number."""


class Entry(NamedTuple):
    """One thing that a rung would have done, or did.

    Attributes:
        rung: Which.
        at: When.
        shadow: Whether it only said so.
        person: What a person did in its place: the same rung, another, or "nothing"; None when not known yet.
        outcome: Of a run that acted: effective, ineffective, harmful or inconclusive.
    """

    rung: str
    at: datetime
    shadow: bool = True
    person: str | None = None
    outcome: str | None = None


class Proposal(StrEnum):
    """What is to become of a rung."""

    STAY = "stay"
    PROMOTE = "promote"
    DEMOTE = "demote"


class Score(NamedTuple):
    """A rung's row: how often it was looked at, agreed, disagreed, in a row, and what is proposed."""

    rung: str
    shadows: int
    agreed: int
    disagreed: int
    in_a_row: int
    acted: int
    cured: int
    proposal: Proposal


def scores(entries: Iterable[Entry], *, agreements: int = AGREEMENTS) -> tuple[Score, ...]:
    """Returns a row for each rung, by name.

    The row of agreements begins anew after a disagreement and after a run that did not cure.
    """
    by_rung: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.at):
        by_rung.setdefault(entry.rung, []).append(entry)
    return tuple(_score(rung, found, agreements) for rung, found in sorted(by_rung.items()))


def _score(rung: str, entries: list[Entry], agreements: int) -> Score:
    row = agreed = disagreed = acted = cured = 0
    demoted = False
    for entry in entries:
        if entry.shadow:
            agrees = None if entry.person is None else entry.person == rung
            agreed, disagreed = agreed + (agrees is True), disagreed + (agrees is False)
            row = row + 1 if agrees else row if agrees is None else 0
        else:
            acted, cured = acted + 1, cured + (entry.outcome == "effective")
            demoted = entry.outcome in {"ineffective", "harmful"}
            row = 0 if demoted else row
    promotes = row >= agreements
    proposal = Proposal.PROMOTE if promotes else Proposal.DEMOTE if demoted else Proposal.STAY
    shadows = sum(entry.shadow for entry in entries)
    return Score(rung, shadows, agreed, disagreed, row, acted, cured, proposal)
