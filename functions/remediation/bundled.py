"""What ships with Toban as data: schemas, and the policies that hold until somebody applies one."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
ENDING = ".schema.json"


@cache
def schema_names() -> tuple[str, ...]:
    """Returns the names of the published schemas."""
    return tuple(sorted(path.name.removesuffix(ENDING) for path in (_HERE / "schemas").glob(f"*{ENDING}")))


@cache
def schema_text(name: str) -> str:
    """Returns the text of a published schema."""
    return (_HERE / "schemas" / f"{name}{ENDING}").read_text(encoding="utf-8")


@cache
def schema(name: str) -> dict[str, Any]:
    """Returns a published schema."""
    found: dict[str, Any] = json.loads(schema_text(name))
    return found


@cache
def policy_text(environment: str) -> str | None:
    """Returns the text of an environment's policy; None when none ships for it."""
    path = _HERE / "policies" / f"{environment}.json"
    return path.read_text(encoding="utf-8") if path.is_file() else None
