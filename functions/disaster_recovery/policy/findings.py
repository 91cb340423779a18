"""Findings: what is wrong with a restore, by name, and what is not known of it."""

from __future__ import annotations

from typing import Final, NamedTuple

PASS: Final = "PASS"  # noqa: S105 - a verdict
FAIL: Final = "FAIL"
INCONCLUSIVE: Final = "INCONCLUSIVE"


class Finding(NamedTuple):
    """One thing against a restore: its name, `FAIL` or `INCONCLUSIVE`, and a sentence."""

    name: str
    weight: str
    sentence: str


def failed(name: str, sentence: str) -> Finding:
    """Returns what makes a restore fail."""
    return Finding(name, FAIL, sentence)


def unknown(what: str, sentence: str) -> Finding:
    """Returns that a piece of evidence is missing: without it nothing passes."""
    return Finding(f"no-{what}", INCONCLUSIVE, sentence)
