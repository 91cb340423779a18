"""Nights that nobody arranged: stories from seeds through the real machine and handlers, judged by observers.

A story that breaks a promise is printed as short as it can be made.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.fuzz.hunt import hunt, shrink
from tests.fuzz.story import tell

SEEDS = 1000


def run(seeds: int = SEEDS) -> list[dict[str, Any]]:
    """Plays the seeds from 0 on; the ratio is that of broken stories, and has to be 0."""
    begun = time.perf_counter()
    broken = 0
    for found in hunt(range(seeds)):
        broken += 1
        sys.stdout.write(f"{shrink(found)}\n")
    nights = sum(tell(seed).days + 1 for seed in range(seeds))
    row = {
        "name": f"stories of {seeds} that break a promise, in {nights} nights",
        "ours": broken,
        "peer": seeds,
        "ratio": broken / seeds,
        "spread": (broken / seeds, broken / seeds),
        "unit": "stories",
        "peer_name": f"all stories, {time.perf_counter() - begun:.0f} s",
        "rounds": 1,
    }
    return [row]
