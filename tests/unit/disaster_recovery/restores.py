"""Facts of a restore that passes, to be spoilt one by one."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from functions.disaster_recovery.policy.restore_shape import read_restore_facts
from functions.disaster_recovery.policy.verdict import Verdict, judge

DIGEST = "sha256:" + "ab" * 32


def counters(inserted: int, updated: int = 0, deleted: int = 0) -> dict[str, int]:
    return {"inserted": inserted, "updated": updated, "deleted": deleted}


_SHARED: dict[str, Any] = {
    "schema_hash": "5c",
    "migration": "0013",
    "extensions": ["plpgsql"],
    "roles": ["task_api"],
    "grants": ["SELECT ON tasks TO task_api"],
    "cluster_objects": ["Deployment/app-production/api-service"],
    "image_digests": {"api-service": DIGEST},
}

GOOD: dict[str, Any] = {
    "environment": "prod",
    "scope": "full-stack",
    "chain": {"backup": "weekly-1", "copy": "weekly-1-copy", "restore": "drill-7"},
    "restore_point": "2027-03-01T02:59:30+00:00",
    "outage_declared_at": "2027-03-01T03:00:00+00:00",
    "service_back_at": "2027-03-01T03:31:00+00:00",
    "environment_green_at": "2027-03-01T03:40:00+00:00",
    "manifest": {
        "environment": "prod",
        "taken_at": "2027-03-01T02:00:00+00:00",
        "tables": {
            "tasks": {
                "rows": 100,
                "max_id": 120,
                "counters": counters(120, 40, 20),
                "checksums": ["a", "b", "c"],
            },
            "users": {"rows": 7, "max_id": 7, "counters": counters(7), "checksums": ["d"]},
        },
        **_SHARED,
    },
    "heartbeat": {
        "written_at": "2027-03-01T02:59:00+00:00",
        "counters": {"tasks": counters(150, 41, 25), "users": counters(7)},
    },
    "restored": {
        "completed": True,
        "environment": "prod",
        "tables": {
            "tasks": {
                "rows": 127,
                "rows_since_heartbeat": 2,
                "max_id": 152,
                "newest_at": "2027-03-01T02:59:29+00:00",
                "checksums": ["a", "b", "x"],
            },
            "users": {"rows": 7, "max_id": 7, "newest_at": None, "checksums": ["d"]},
        },
        "orphans": [{"constraint": "tasks_user_id_fkey", "rows": 0}],
        "sequences": [{"name": "tasks_id_seq", "last_value": 152, "max_id": 152}],
        **_SHARED,
        "names_of_lost_region": [],
        "smoke_passed": True,
    },
    "leftovers": [],
}


def merged(facts: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Sets members of facts by path, `restored__completed`; `...` removes one."""
    for path, value in changes.items():
        *way, last = path.split("__")
        place = facts
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value
    return facts


def spoilt(**changes: Any) -> dict[str, Any]:
    """Returns the good facts with some members changed."""
    return merged(deepcopy(GOOD), changes)


def judged(facts: dict[str, Any]) -> Verdict:
    return judge(read_restore_facts(json.dumps(facts).encode()))


def names(facts: dict[str, Any]) -> list[str]:
    return [finding.name for finding in judged(facts).findings]
