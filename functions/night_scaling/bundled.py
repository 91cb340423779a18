"""What ships with Toban as data: the schedules that hold until somebody applies one, and prices."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
SCHEDULES = _HERE / "schedules"
PRICES = _HERE / "prices.json"


@cache
def bundled_schedule(environment: str) -> str | None:
    """Returns the text of an environment's schedule; None when none ships for it."""
    path = SCHEDULES / f"{environment}.json"
    return path.read_text(encoding="utf-8") if path.is_file() else None


@cache
def bundled_prices() -> dict[str, Any]:
    """Returns the prices; each has its source, and all have the day they were looked up."""
    prices: dict[str, Any] = json.loads(PRICES.read_text(encoding="utf-8"))
    return prices
