"""A world in which every gate is open, and how one thing in it is changed."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from functions.chaos.bundled import bundled_experiments
from functions.chaos.policy.document import parse_experiment
from functions.chaos.policy.guard import decide
from functions.chaos.policy.numbers import Numbers
from functions.chaos.policy.reading_facts import parse_facts

if TYPE_CHECKING:
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.guard import Decision

NOW = "2027-01-12T11:00:00+09:00"
"""A Tuesday."""
ZONES = ("ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d")


def pods(count: int, *, zones: tuple[str, ...] = ZONES) -> list[dict[str, Any]]:
    """Returns ready pods, each on a node of its own, zone by zone."""
    return [
        {"name": f"pod-{number}", "ready": True, "zone": zones[number % len(zones)], "node": f"node-{number}"}
        for number in range(count)
    ]


def workload(count: int = 3, minimum: int = 2, **changes: Any) -> dict[str, Any]:
    """Returns the API with so many ready pods, of which so many must stay."""
    return {
        "namespace": "app-production",
        "workload": "Deployment/api-service",
        "desired": count,
        "budgets": [{"min_available": minimum}],
        "pods": pods(count),
        **changes,
    }


CALM: dict[str, Any] = {
    "now": NOW,
    "environment": "dev",
    "pause": None,
    "alarms": [
        {
            "name": name,
            "state": "OK",
            "period_seconds": 60,
            "last_data_at": "2027-01-12T10:59:30+09:00",
            "muted": False,
        }
        for name in ("High Error Rate (dev)", "API Latency (dev)", "Low Availability (dev)")
    ],
    "error_budget": {"burn_1h": 0.2, "left_percent": 80},
    "incidents": [],
    "lock": None,
    "releases": [],
    "backups": [],
    "copies": [],
    "restores": [],
    "opted_in": {
        "namespaces": ["app-production"],
        "nodegroups": ["primary"],
        "databases": ["taskmanager-dev"],
        "caches": ["taskmanager-dev"],
    },
    "schedule": [],
    "history": [],
    "degraded": [],
    "findings": [],
    "workloads": [workload()],
    "nodes": [
        {"name": f"node-{number}", "nodegroup": "primary", "zone": ZONES[number], "ready": True}
        for number in range(3)
    ],
    "databases": [{"name": "taskmanager-dev", "multi_az": True, "status": "available"}],
    "caches": [{"name": "taskmanager-dev", "nodes": 2, "multi_az": True, "status": "available"}],
}


def shipped(name: str) -> dict[str, Any]:
    """Returns a shipped document as values."""
    found: dict[str, Any] = json.loads(bundled_experiments()[name].read_text(encoding="utf-8"))
    return found


def experiment(name: str = "pod-kill", **changes: Any) -> Experiment:
    """Returns a shipped experiment with some keys changed."""
    return parse_experiment(json.dumps({**shipped(name), **changes}), numbers=Numbers())


def facts(**changes: Any) -> Facts:
    """Returns the calm world with some sources changed."""
    return parse_facts(json.dumps({**deepcopy(CALM), **changes}))


def answer(
    name: str = "pod-kill", *, document: dict[str, Any] | None = None, yes: bool = True, **changes: Any
) -> Decision:
    """Returns the guard's decision on a shipped experiment, with a person's yes, unless it is withheld."""
    asked = experiment(name, **(document or {}))
    if yes and "approval" not in changes:
        changes["approval"] = {"who": "aoi", "at": NOW, "digest": asked.digest}
    return decide(asked, facts(**changes), Numbers())
