"""What the pages say of settings, routes and metrics is what the code has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import PydanticUndefined

from api.metrics import Metrics
from api.settings import DatabaseSettings, Settings
from api.worker.metrics import Metrics as WorkerMetrics
from api.worker.settings import WorkerSettings

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/capabilities"
_SETTING = re.compile(r"^\| `([A-Z_0-9]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
_ROUTE = re.compile(r"^\| `([A-Z]+) (/[^`]*)` \|", re.MULTILINE)


def row(name: str, field: Any) -> tuple[str, str, str]:
    """A setting as the page's table writes it."""
    if field.default is PydanticUndefined:
        default = "**must be set**"
    elif field.default in (None, ""):
        default = "none"
    else:
        default = f"`{field.default}`"
    return name.upper(), default, str(field.description)


@pytest.mark.parametrize(
    ("page", "model", "known"),
    [
        ("task_api.md", Settings, frozenset[str]()),
        ("task_worker.md", WorkerSettings, frozenset(DatabaseSettings.model_fields) - {"database_url"}),
    ],
)
def test_the_pages_table_holds_every_setting_with_its_default(
    page: str, model: type[DatabaseSettings], known: frozenset[str]
) -> None:
    """The worker's page leaves out what the API's explains, but for the database."""
    written = _SETTING.findall((PAGES / page).read_text())

    assert written == [row(name, field) for name, field in model.model_fields.items() if name not in known]


def test_the_page_lists_every_route_of_the_description() -> None:
    served = {
        (method.upper(), path)
        for path, methods in json.loads((ROOT / "api/openapi.json").read_text())["paths"].items()
        for method in methods
    }

    written = set(_ROUTE.findall((PAGES / "task_api.md").read_text()))

    assert written == served | {("GET", "/metrics"), ("GET", "/api/v1/openapi.json"), ("GET", "/docs")}


@pytest.mark.parametrize(
    ("page", "metrics"), [("task_api.md", Metrics()), ("task_worker.md", WorkerMetrics())]
)
def test_the_page_names_every_metric(page: str, metrics: Metrics | WorkerMetrics) -> None:
    text = (PAGES / page).read_text()

    for family in metrics.registry.collect():
        name = family.name + ("_total" if family.type == "counter" else "")
        assert f"`{name}`" in text, name
