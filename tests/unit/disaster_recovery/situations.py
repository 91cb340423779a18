"""A failover at the very moment at which every gate is open, to be changed one by one."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from functions.disaster_recovery.policy.explained import explained
from functions.disaster_recovery.policy.situation_shape import read_situation


def at(minute: float) -> str:
    """Returns an instant, in minutes from the request at 03:05."""
    seconds = round((3 * 60 + 5 + minute) * 60)
    return f"2027-03-01T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}+00:00"


def step(name: str, begin: float, end: float | None, **more: Any) -> dict[str, Any]:
    return {"name": name, "began_at": at(begin), "ended_at": None if end is None else at(end), **more}


READY: dict[str, Any] = {
    "now": at(24),
    "request": {
        "mode": "failover",
        "environment": "prod",
        "incident": "INC-7",
        "attempt": 1,
        "reason": "the Region is gone",
        "asked_by": "aoi",
        "asked_at": at(0),
        "outage_declared_at": at(-5),
    },
    "used_names": ["drill-INC-7-1"],
    "evidence": {
        "probes": [
            {"region": "us-east-1", "at": at(23), "answered": False},
            {"region": "eu-west-1", "at": at(23), "answered": False},
        ],
        "last_heartbeat": {"written_at": at(-6), "read_at": at(23)},
        "preflight": {"at": at(20), "green": True},
        "aws_health": "no known issue",
    },
    "answers": [{"who": "rin", "says": "yes", "reason": "seen from outside", "at": at(10)}],
    "recovery_lock": {"answers": True, "held_by": "failover-INC-7-1", "leased_until": at(60)},
    "epochs": {"recovery": 4, "apis": [{"name": "lambda", "epoch": 4}]},
    "progress": [
        step("network", 0, 4),
        step("database-point-in-time", 4, 20),
        step("database-snapshot", 4, 12),
        step("cluster-control-plane", 4, 15),
        step("cache", 4, 12),
        step("service-on-lambda", 20, 21),
        step("smoke-before", 21, 22),
    ],
    "point_in_time": {"begin": "2027-02-22T00:00:00Z", "until": at(-7), "changes": 5000},
    "snapshots": [
        {"id": "weekly-1", "created_at": "2027-02-28T18:00:00Z", "verdict": "PASS", "changes": 4200},
        {"id": "weekly-2", "created_at": "2027-03-01T01:00:00Z", "changes": 4900},
    ],
}


def changed(**changes: Any) -> dict[str, Any]:
    """Returns the facts with members set by path, `request__mode="drill"`; `...` removes one."""
    facts = deepcopy(READY)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = facts
        for name in way:
            place = place.setdefault(name, {})
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return facts


def answer(facts: dict[str, Any]) -> dict[str, Any]:
    return explained(read_situation(json.dumps(facts).encode()))


def next_of(**changes: Any) -> str:
    return str(answer(changed(**changes))["next"]["do"])
