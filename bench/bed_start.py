"""How long a real control plane takes to start from the cache, beside its floor: the API server alone.

Each round starts and ends the whole bed; its floor is the moment at which etcd and the API server answer,
before any controller, scheduler or node is asked for.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from toban.cluster_bed import bed, finding
from toban.cluster_bed.programs import CONTROL_PLANE, ROLLOUTS
from toban.cluster_bed.progress import print_line

ROUNDS = 5


def run() -> list[dict[str, Any]]:
    """Starts the bed with and without Rollouts; what is missing in the cache is brought before any timing."""
    finding.obtain([*CONTROL_PLANE, ROLLOUTS], say=print_line)
    return [
        _row("a bed with three Ready nodes", rollouts=False),
        _row("the same, with Argo Rollouts", rollouts=True),
    ]


def _row(name: str, *, rollouts: bool) -> dict[str, Any]:
    pairs = [_start(rollouts=rollouts) for _ in range(ROUNDS)]
    ratios = [whole / floor for whole, floor in pairs]
    return {
        "name": name,
        "ours": median(whole for whole, _ in pairs),
        "peer": median(floor for _, floor in pairs),
        "ratio": median(ratios),
        "spread": (min(ratios), max(ratios)),
        "unit": "s",
        "peer_name": "etcd and the API server answering",
        "rounds": ROUNDS,
    }


def _start(*, rollouts: bool) -> tuple[float, float]:
    said: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "bed"
        begun = time.perf_counter()
        try:
            # What it says second is that the API server answers.
            bed.up(place, say=lambda _sentence: said.append(time.perf_counter()), rollouts=rollouts)
            return time.perf_counter() - begun, said[1] - begun
        finally:
            bed.down(place)
