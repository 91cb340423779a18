"""What one more cluster costs: requests and seconds a cluster, in a small fleet and one ten times as large.

`toban twin run fleet-night` plays a thousand and prints the requests of each.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from twin.play import ScenarioResult, play
from twin.scenarios import SCENARIOS
from twin.scenarios.fleets import healthy
from twin.scenarios.scenario import Expectation, Outcome

ROOT = Path(__file__).resolve().parent.parent
SMALL, LARGE = 10, 100


def run() -> list[dict[str, Any]]:
    """Plays both nights once: requests do not vary with the machine, and the seconds are for orientation."""
    small, large = _night(SMALL), _night(LARGE)
    return [
        _row("requests to AWS for a cluster", large["aws"], small["aws"], "requests"),
        _row("requests to Kubernetes for a cluster", large["kubernetes"], small["kubernetes"], "requests"),
        _row("time of the twin for a cluster", large["seconds"], small["seconds"], "s"),
    ]


def _row(name: str, large: float, small: float, unit: str) -> dict[str, Any]:
    return {
        "name": f"{name}, {LARGE} clusters",
        "ours": large,
        "peer": small,
        "ratio": large / small,
        "spread": (large / small, large / small),
        "unit": unit,
        "peer_name": f"the same, {SMALL} clusters",
        "rounds": 1,
    }


def _night(clusters: int) -> dict[str, float]:
    outcomes: list[Outcome] = []

    def keep(outcome: Outcome) -> list[str]:
        outcomes.append(outcome)
        return []

    scenario = SCENARIOS["fleet-night"]
    kept = Expectation("What came of it is kept.", keep)
    begun = time.perf_counter()
    played: ScenarioResult = play(
        replace(scenario, expectations=(*scenario.expectations, kept)),
        template=ROOT / "template.yaml",
        clusters=clusters,
    )
    seconds = time.perf_counter() - begun
    if not played.held:
        raise RuntimeError(
            f"The night of {clusters} clusters did not go as it should: {played.story.verdicts}"
        )
    members = healthy(outcomes[0]).values()
    return {
        "aws": median(member.aws for member in members),
        "kubernetes": median(member.kubernetes for member in members),
        "seconds": seconds / clusters,
    }
