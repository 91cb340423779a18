"""Worlds with a schedule of their own."""

import json
from typing import Any

from functions.night_scaling.policy.active_schedule import APPLIED
from tests.fakes.world import World

NODEGROUP = {"name": "primary", "instance_type": "t3.medium", "min": 2, "desired": 3, "max": 6}
FALLBACK: dict[str, Any] = {
    "targets": [
        {
            "name": "t",
            "cluster": "c",
            "nodegroups": [
                {**NODEGROUP, "name": "spot", "fallback": "on-demand"},
                {**NODEGROUP, "name": "on-demand", "min": 1, "desired": 1},
            ],
        }
    ]
}


def with_document(world: World, changes: dict[str, Any]) -> World:
    """Puts a document in force: weeknights in `night`, weekends in `stop`, and what is changed."""
    weeknight = {
        "name": "weeknight",
        "mode": "night",
        "days": ["Mon", "Tue", "Wed", "Thu"],
        "begin": "22:00",
        "end": "08:00",
    }
    weekend = {
        "name": "weekend",
        "mode": "stop",
        "days": ["Fri"],
        "begin": "22:00",
        "end": "08:00",
        "end_day": "Mon",
    }
    text = {
        "version": 1,
        "environment": "dev",
        "zone": "Asia/Tokyo",
        "modes": {
            "night": {"nodegroups": 1, "workloads": "reduced"},
            "stop": {"nodegroups": 0, "workloads": "stopped", "database": "stopped"},
        },
        "windows": [weeknight, weekend] if "modes" not in changes else [weeknight],
        **changes,
    }
    world.table.put_note("dev", APPLIED, {"document": json.dumps(text)})
    return world
