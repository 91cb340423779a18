"""Decisions per second of the remedies' policy, way by way, beside the goal of 50,000.

There is no peer that decides by facts alone; the floor is the reading of the same facts from their JSON, by
Python's own reader, which any decider has to do.
"""

from __future__ import annotations

import gc
import json
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

from functions.remediation.bundled import policy_text
from functions.remediation.documents import read_facts, read_policy
from functions.remediation.policy.decision import decide

if TYPE_CHECKING:
    from functions.remediation.policy.rules import Policy

ROUNDS = 7
DECISIONS = 10_000
NOW = "2027-01-05T03:00:00+00:00"
POD = {"ready": True, "cpu_percent": 92, "template": "a", "node": "n"}
BASE: dict[str, Any] = {
    "asleep": False,
    "rollout": None,
    "workload": {"kind": "Deployment", "desired": 10, "ready": 10},
    "autoscaler": {"min": 3, "max": 10, "current": 10, "wanted": 13},
    "pods": [{"name": f"p{n}", **POD} for n in range(10)],
    "nodes": [{"name": f"n{n}", "zone": "z", "ready": True} for n in range(5)],
    "nodegroup": {"name": "g", "owner": "nobody", "min": 1, "desired": 5, "max": 9},
    "room": {"pods": 5, "instances": 3},
    "targets": {"healthy": 10},
    "metrics": {},
    "database": {"max_connections": 200, "connections": 90, "pool_size": 8, "others": 20, "reserve": 5},
    "sessions": [],
    "ledger": {"stints": [{"key": "a", "began": "2027-01-01T00:00:00Z"}]},
    "api_mode": "normal",
    "burn": {"rates": {}, "budget_left_percent": 50},
}
ALARM = {"name": "High CPU Usage (dev)", "state": "ALARM", "since": "2027-01-05T02:58:00+00:00"}
WAYS: dict[str, dict[str, Any]] = {
    "nothing is in ALARM": {"alarms": [{**ALARM, "state": "OK"}]},
    "a gate refuses": {"snapshot": {**BASE, "asleep": True}},
    "an autoscaler is left to it": {
        "snapshot": {**BASE, "autoscaler": {"min": 3, "max": 12, "current": 10, "wanted": 11}}
    },
    "a bound is raised": {},
}


def run() -> list[dict[str, Any]]:
    """Measures each way round by round, and returns a row for each."""
    values = json.loads(policy_text("dev") or "")
    values["services"]["api"]["mode"] = "auto"
    policy = read_policy(json.dumps(values))
    return [_row(name, way, policy) for name, way in WAYS.items()]


def _row(name: str, way: dict[str, Any], policy: Policy) -> dict[str, Any]:
    given = {"now": NOW, "service": "api", "alarms": [ALARM], "snapshot": BASE, **way}
    text = json.dumps(given)
    facts = read_facts(given)._asdict()
    ours, floor = [], []
    for _ in range(ROUNDS):
        gc.collect()
        started = process_time()
        for _ in range(DECISIONS):
            decide(policy=policy, **facts)
        decided = process_time()
        for _ in range(DECISIONS):
            json.loads(text)
        read = process_time()
        ours.append(DECISIONS / (decided - started))
        floor.append(DECISIONS / (read - decided))
    ratios = [own / other for own, other in zip(ours, floor, strict=True)]
    return {
        "name": name,
        "ours": median(ours),
        "peer": median(floor),
        "peer_name": "json.loads of the same facts",
        "ratio": median(ratios),
        "spread": [min(ratios), max(ratios)],
        "unit": "decisions/s",
        "rounds": ROUNDS,
    }


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
