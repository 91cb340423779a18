"""Decisions per second, beside Cloud Custodian's off-hours filter on the same resources, in the same run.

Both sides decide for the same number of resources, without any call to AWS. The peer runs in its own
environment (`make .tools/c7n/.ready`), by turns with ours, so that a noisy neighbour disturbs both.
"""

from __future__ import annotations

import gc
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

from functions.night_scaling.schedule.desired import Desired, desired
from functions.night_scaling.schedule.document import parse_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.night_scaling.schedule.model import ScheduleDocument

ROOT = Path(__file__).resolve().parent.parent
PEER_PYTHON = ROOT / ".tools" / "c7n" / "bin" / "python"
ROUNDS = 7
RESOURCES = 10_000

PEER = """
import gc, json, logging, sys
from time import process_time
logging.disable(logging.CRITICAL)
from c7n.filters.offhours import OffHour
count = int(sys.argv[1])
found = [{"InstanceId": "i-%d" % n, "Tags": [{"Key": "maid_offhours", "Value": "on"}]} for n in range(count)]
for line in sys.stdin:
    rule = OffHour({"type": "offhour", "default_tz": "Asia/Tokyo", "offhour": 22, "weekends": True})
    gc.collect()
    begin = process_time()
    for resource in found:
        rule(resource)
    print(json.dumps(count / (process_time() - begin)), flush=True)
"""


def run() -> list[dict[str, Any]]:
    """Measures both sides round by round and returns a row for each way to decide."""
    if not PEER_PYTHON.exists():
        subprocess.run(["make", ".tools/c7n/.ready"], cwd=ROOT, check=True)  # noqa: S607 - make is on every PATH here
    one_by_one, once, million, peer = [], [], [], []
    with subprocess.Popen(  # noqa: S603 - our own text, in an environment that the locks describe
        [PEER_PYTHON, "-c", PEER, str(RESOURCES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin
        assert other.stdout
        for _ in range(ROUNDS):
            other.stdin.write("go\n")
            other.stdin.flush()
            peer.append(float(json.loads(other.stdout.readline())))
            one_by_one.append(_one_by_one())
            once.append(_once_per_tick(RESOURCES))
            million.append(_once_per_tick(1_000_000))
        other.stdin.close()
    name = "c7n's OffHour filter, tag on"
    return [
        _row("one decision per resource", one_by_one, peer, name),
        _row("once per tick, fanned out", once, peer, name),
        _row("once per tick, 1,000,000 resources", million, once, "ours at 10,000 resources: 1 is linear"),
    ]


def _row(name: str, ours: list[float], peer: list[float], peer_name: str) -> dict[str, Any]:
    ratios = [own / other for own, other in zip(ours, peer, strict=True)]
    return {
        "name": name,
        "ours": median(ours),
        "peer": median(peer),
        "peer_name": peer_name,
        "ratio": median(ratios),
        "spread": [min(ratios), max(ratios)],
        "unit": "decisions/s",
        "rounds": ROUNDS,
    }


def _one_by_one() -> float:
    """Decides for each resource at its own instant of a week; reads the document anew each round."""
    document = _dev()
    begin = datetime(2027, 4, 26, tzinfo=UTC)
    instants = [begin + timedelta(seconds=60 * place) for place in range(RESOURCES)]
    gc.collect()
    started = process_time()
    for now in instants:
        desired(document, now=now)
    return RESOURCES / (process_time() - started)


def _once_per_tick(count: int) -> float:
    """Decides for many resources of eight schedules at one instant, often enough to be timed."""
    documents = {f"team-{place}": _dev() for place in range(8)}
    assigned = [f"team-{place % 8}" for place in range(count)]
    repeats = max(1, 8_000_000 // count)
    now = datetime(2027, 4, 26, 14, tzinfo=UTC)
    _fan_out(documents, ["team-0"], now=now)
    gc.collect()
    started = process_time()
    for tick in range(repeats):
        _fan_out(documents, assigned, now=now + timedelta(minutes=10 * tick))
    return repeats * count / (process_time() - started)


def _fan_out(
    documents: Mapping[str, ScheduleDocument], assigned: Sequence[str], *, now: datetime
) -> list[Desired]:
    """Decides for many resources at one instant, each document evaluated once."""
    answers = {name: desired(document, now=now) for name, document in documents.items()}
    return list(map(answers.__getitem__, assigned))


def _dev() -> ScheduleDocument:
    return parse_schedule((ROOT / "functions/night_scaling/schedules/dev.json").read_bytes())


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
