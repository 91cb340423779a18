"""No caller of a released API is broken: today's description still promises what each released one promised.

`TOBAN_RECORD=1 python -m pytest tests/api/description/test_compatibility.py` freezes this version's promise.
"""

from __future__ import annotations

import copy
import json
import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.description.compatibility import breaks

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
RELEASES = ROOT / "tests/api/releases/descriptions"
TODAY = json.loads((ROOT / "api/openapi.json").read_text())
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
TASK = "/api/v1/tasks/{id}"


def test_todays_description_keeps_every_released_promise() -> None:
    if os.environ.get("TOBAN_RECORD"):
        (RELEASES / f"{VERSION}.json").write_text(json.dumps(TODAY, separators=(",", ":")) + "\n")
    released = sorted(RELEASES.glob("*.json"))
    assert [file.stem for file in released][-1:] == [VERSION]

    for file in released:
        assert breaks(json.loads(file.read_text()), TODAY) == [], file.stem


def _without(*path: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for name in path[:-1]:
            document = document[name]
        del document[path[-1]]

    return change


def _require_title_of_change(document: Any) -> None:
    document["components"]["schemas"]["TaskUpdate"]["required"] = ["title"]


def _require_limit(document: Any) -> None:
    for parameter in document["paths"]["/api/v1/tasks"]["get"]["parameters"]:
        parameter["required"] = True


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_without("paths", TASK, "delete"), "DELETE /api/v1/tasks/{id}: is gone"),
        (
            _without("components", "schemas", "Task", "properties", "due_date"),
            "the field due_date of the answer 200",
        ),
        (
            _without("components", "schemas", "TaskCreate", "properties", "priority"),
            "the field priority of the body",
        ),
        (_without("paths", TASK, "get", "responses", "304"), "the answer 304 is gone"),
        (_require_title_of_change, "the field title of the body is now required"),
        (_require_limit, "the parameter limit is now required"),
    ],
)
def test_a_broken_promise_is_named(change: Callable[[Any], None], told: str) -> None:
    later = copy.deepcopy(TODAY)
    change(later)

    assert any(told in found for found in breaks(TODAY, later))


def test_what_is_only_added_breaks_nobody() -> None:
    later = copy.deepcopy(TODAY)
    later["paths"]["/api/v1/new"] = later["paths"][TASK]
    later["components"]["schemas"]["Task"]["properties"]["colour"] = {"type": "string"}

    assert breaks(TODAY, later) == []
