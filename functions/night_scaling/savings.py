"""What a month of the ledger is worth: hours times prices, by team, beside the floor that never sleeps."""

import calendar
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

PRICES = Path(__file__).parent / "prices.json"


@cache
def prices() -> dict[str, Any]:
    """Reads the prices that ship with Toban; each has its source, and all have the day they were looked up."""
    found: dict[str, Any] = json.loads(PRICES.read_text(encoding="utf-8"))
    return found


def report(environment: str, month: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the month as an event tells it; money is in USD, rounded to cents.

    Args:
        environment: Whose month it is.
        month: `month`, `saved` and `planned` in unit seconds by `team|kind`, and `wakes`, as the ledger keeps them.
    """
    known = prices()
    planned = month.get("planned") or {}
    lines = [
        _line(key, seconds, planned.get(key, 0))
        for key, seconds in sorted((month.get("saved") or {}).items())
    ]
    year, number = (int(part) for part in str(month["month"]).split("-"))
    hours = 24 * calendar.monthrange(year, number)[1]
    floor = [
        {
            "what": f"{each['count']} x {each['what']}",
            "usd": round(hours * each["count"] * known["hourly_usd"][each["price"]]["usd"], 2),
        }
        for each in known["floor"]
    ]
    return {
        "environment": environment,
        "month": month["month"],
        "saved_usd": round(sum(line["usd"] for line in lines), 2),
        "planned_usd": round(sum(_usd(key, seconds) for key, seconds in planned.items()), 2),
        "lines": lines,
        "wakes": month.get("wakes", 0),
        "never_sleeps": floor,
        "never_sleeps_usd": round(sum(each["usd"] for each in floor), 2),
        "without_price": sorted(
            {
                _kind(key)
                for key in {*planned, *(month.get("saved") or {})}
                if _kind(key) not in known["hourly_usd"]
            }
        ),
        "prices_of": known["looked_up"],
        "caution": known["caution"],
    }


def _line(key: str, seconds: int, planned: int) -> dict[str, Any]:
    return {
        "team": key.partition("|")[0] or "no team",
        "what": _kind(key),
        "hours": round(seconds / 3600, 1),
        "planned_hours": round(planned / 3600, 1),
        "usd": round(_usd(key, seconds), 2),
    }


def _kind(key: str) -> str:
    return key.partition("|")[2]


def _usd(key: str, seconds: int) -> float:
    price = prices()["hourly_usd"].get(_kind(key), {}).get("usd", 0.0)
    return float(price) * seconds / 3600
