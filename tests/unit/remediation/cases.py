"""A healthy service, and what is changed of it for a story: plain values, as the published schema says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.remediation.bundled import policy_text
from functions.remediation.documents import read_facts, read_policy
from functions.remediation.policy.decision import decide

if TYPE_CHECKING:
    from functions.remediation.policy.plan import Plan
    from functions.remediation.policy.rules import Policy

NOW = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
NAMES = {
    "high_cpu": "High CPU Usage (dev)",
    "high_memory": "High Memory Usage (dev)",
    "high_errors": "High Error Rate (dev)",
    "low_availability": "Low Availability (dev)",
    "database_connections": "RDS High Connections (dev)",
    "high_latency": "API Latency (dev)",
    "canary": "Remediation Canary (dev)",
    "diagnose": "High Node CPU (dev)",
    "page": "No Traffic (dev)",
    "burn": "SLO Fast Burn (dev)",
    "tell": "API Unwell (dev)",
}
LADDERS = [*NAMES][:6]


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


def ahead(minutes: float) -> str:
    return ago(-minutes)


def alarm(does: str, *, since: float = 4, **more: Any) -> dict[str, Any]:
    return {"name": NAMES.get(does, does), "state": "ALARM", "since": ago(since), **more}


def pods(count: int = 4, **of_first: Any) -> list[dict[str, Any]]:
    """Pods that are ready and well, on two nodes; `of_first` is what the first one is instead."""
    well = {
        "ready": True,
        "cpu_percent": 40,
        "memory_percent": 50,
        "started_at": ago(60 * 48),
        "template": "good",
    }
    found = [{"name": f"api-{n}", "node": f"node-{n % 2}", **well} for n in range(count)]
    return [{**found[0], **of_first}, *found[1:]]


def every(count: int = 4, **of_each: Any) -> list[dict[str, Any]]:
    return [{**pod, **of_each} for pod in pods(count)]


def nodes(count: int = 4, **of_first: Any) -> list[dict[str, Any]]:
    found = [{"name": f"node-{n}", "zone": f"zone-{n % 2}", "ready": True} for n in range(count)]
    return [{**found[0], **of_first}, *found[1:]]


def well() -> dict[str, Any]:
    """A snapshot of a service that lacks nothing, of which every source was read."""
    return {
        "asleep": False,
        "rollout": None,
        "workload": {"kind": "Deployment", "desired": 4, "ready": 4, "template": "good"},
        "autoscaler": {"min": 3, "max": 10, "current": 4, "wanted": 4},
        "pods": pods(),
        "nodes": nodes(),
        "nodegroup": {"name": "primary", "owner": "nobody", "min": 2, "desired": 4, "max": 6},
        "room": {"pods": 6, "instances": 5},
        "targets": {"healthy": 4},
        "metrics": {},
        "database": {"max_connections": 200, "connections": 150, "pool_size": 8, "others": 20, "reserve": 5},
        "sessions": [],
        "ledger": {"stints": [{"key": "good", "began": ago(60 * 72)}]},
        "api_mode": "normal",
        "burn": {"rates": {}, "budget_left_percent": 60},
    }


def released(minutes: float, *, kind: str = "Deployment", **of_rollout: Any) -> dict[str, Any]:
    """What a snapshot says after a release so many minutes ago, of a template that nobody knows."""
    stints = [
        {"key": "new", "began": ago(minutes)},
        {"key": "good", "began": ago(60 * 72), "ended": ago(minutes)},
    ]
    return {
        "rollout": {"in_progress": False, "began": ago(minutes), **of_rollout},
        "ledger": {"stints": stints},
        "workload": {"kind": kind, "desired": 4, "ready": 4, "template": "new"},
    }


def facts(*does: str | dict[str, Any], history: Any = None, **of_snapshot: Any) -> dict[str, Any]:
    """Facts of the service `api` with alarms in ALARM."""
    return {
        "now": NOW.isoformat(),
        "service": "api",
        "alarms": [alarm(each) if isinstance(each, str) else each for each in does],
        "snapshot": {**well(), **of_snapshot},
        "history": history,
    }


def policy_values(**of_api: Any) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(policy_text("dev") or "")
    values["services"]["api"] = {"mode": "auto", "database_roles": ["task_api"], **of_api}
    return values


def policy(**of_api: Any) -> Policy:
    return read_policy(json.dumps(policy_values(**of_api)))


AUTO = policy()


def plan(given: dict[str, Any], *, by: Policy = AUTO) -> Plan:
    return decide(policy=by, **read_facts(given)._asdict())


def codes(found: Plan) -> list[str]:
    return [reason.code.value for reason in found.reasons]


def run(minutes: float, name: str = "r", **more: Any) -> dict[str, Any]:
    return {"id": f"{name}-{minutes}", "service": "api", "began": ago(minutes), **more}


RAISED = {
    "id": "u",
    "rung": "raise_max_replicas",
    "object": "HorizontalPodAutoscaler",
    "path": "/spec/maxReplicas",
    "before": 10,
    "after": 12,
    "present": 12,
    "changed_at": ago(120),
    "green_since": ago(60),
}
