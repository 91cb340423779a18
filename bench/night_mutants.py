"""Promises broken on purpose in a copy of the code, and what notices each: seeds, stories or nobody."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.fuzz.mutants import MUTANTS, noticed_by


def run() -> list[dict[str, Any]]:
    """Plays each mutant; the ratio is that of those that nothing notices, and has to be 0."""
    noticed: dict[str, int] = {}
    for mutant in MUTANTS:
        with tempfile.TemporaryDirectory() as folder:
            who = noticed_by(mutant, Path(folder) / "copy") or "nobody"
        noticed[who] = noticed.get(who, 0) + 1
        sys.stdout.write(f"{who}: {mutant.breaks}\n")
    lost = noticed.get("nobody", 0)
    seen = f"{noticed.get('seeds', 0)} noticed by seeds, {noticed.get('stories', 0)} by stories"
    row = {
        "name": f"mutants that nobody notices; {seen}",
        "ours": lost,
        "peer": len(MUTANTS),
        "ratio": lost / len(MUTANTS),
        "spread": (lost / len(MUTANTS), lost / len(MUTANTS)),
        "unit": "mutants",
        "peer_name": "all mutants",
        "rounds": 1,
    }
    return [row]
