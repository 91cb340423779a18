"""What ships with chaos as data: twelve experiments, one a row of the catalogue, and the schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
EXPERIMENTS = _HERE / "experiments"
SCHEMAS = _HERE / "schemas"


def bundled_experiments() -> dict[str, Path]:
    """Returns the shipped experiments by name."""
    return {path.stem: path for path in sorted(EXPERIMENTS.glob("*.json"))}


def bundled_schemas() -> dict[str, Path]:
    """Returns the published schemas by name."""
    return {path.name.removesuffix(".schema.json"): path for path in sorted(SCHEMAS.glob("*.schema.json"))}


def read_schema(name: str) -> dict[str, Any]:
    """Returns a published schema; KeyError where there is none of that name."""
    schema: dict[str, Any] = json.loads(bundled_schemas()[name].read_text(encoding="utf-8"))
    return schema
