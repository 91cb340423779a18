"""A virtual week of two environments, and the twin's start: whole processes, each beside its floor.

The week's floor is the same process with a world that is opened and closed again; what lies above it is what
the week's nights and ticks cost. The floor of the start is a process that imports the libraries which the
twin stands on.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import Any

ROUNDS = 3
WEEK = """
from pathlib import Path
from twin.play import play
from twin.scenarios import SCENARIOS
played = play(SCENARIOS["quiet-week"], template=Path("template.yaml"))
assert played.held, played.story.verdicts
print(played.invocations)
"""
START = """
from datetime import UTC, datetime
from pathlib import Path
from twin.play import play
from twin.world import open_world
with open_world(Path("template.yaml"), begin=datetime(2026, 12, 7, 3, tzinfo=UTC), seed=0) as world:
    print(len(world.plane.stacks))
"""
LIBRARIES = """
import boto3, moto, samtranslator.translator.translator, time_machine, jsonschema, jinja2, rich
import moto.dynamodb.responses, moto.stepfunctions.parser.models, moto.events.models, moto.scheduler.models
print(0)
"""


def timed(code: str) -> tuple[float, int]:
    """Runs a process to its end; returns its seconds, and the number that it printed."""
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    return time.perf_counter() - begun, int(done.stdout.split()[-1])


def row(name: str, ours: list[float], peer: list[float], peer_name: str) -> dict[str, Any]:
    """Makes a row of medians; the ratio is taken round by round."""
    ratios = [own / other for own, other in zip(ours, peer, strict=True)]
    return {
        "name": name,
        "ours": statistics.median(ours),
        "peer": statistics.median(peer),
        "ratio": statistics.median(ratios),
        "spread": (min(ratios), max(ratios)),
        "unit": "s",
        "rounds": ROUNDS,
        "peer_name": peer_name,
    }


def run() -> list[dict[str, Any]]:
    """Measures in turn, so that a drift of the machine's speed meets all alike."""
    weeks, starts, libraries, runs = [], [], [], 0
    for _ in range(ROUNDS):
        seconds, _ = timed(LIBRARIES)
        libraries.append(seconds)
        seconds, _ = timed(START)
        starts.append(seconds)
        seconds, runs = timed(WEEK)
        weeks.append(seconds)
    return [
        row(f"a week of two environments, {runs:,} handler runs", weeks, starts, "open the world only"),
        row("import and deploy two control planes", starts, libraries, "import the libraries only"),
    ]


if __name__ == "__main__":
    for measured in run():
        print(measured)
