"""Reads a corpus: rows that were taken from a vendor's page, each with the section that it stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CORPORA = Path(__file__).parent / "corpora"


def corpus(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CORPORA / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def told(row: list[Any]) -> str:
    """Returns a row's name in a report: its section, and what is asked."""
    return f"{row[0]}: {str(row[1])[:60]}"
