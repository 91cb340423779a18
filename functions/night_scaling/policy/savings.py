"""What a month of the ledger is worth: hours times prices, by team, beside the floor that never sleeps."""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.night_scaling.policy.ledger import Month


def report(environment: str, month: Month, *, prices: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the month as an event tells it; money is in USD, rounded to cents.

    Args:
        environment: Whose month it is.
        month: The month of its ledger.
        prices: The prices that ship with Toban, as `bundled_prices` reads them.
    """
    hourly: dict[str, float] = {kind: float(price["usd"]) for kind, price in prices["hourly_usd"].items()}
    lines = [
        _line(key, seconds, month.planned.get(key, 0), hourly) for key, seconds in sorted(month.saved.items())
    ]
    year, number = (int(part) for part in month.name.split("-"))
    hours = 24 * calendar.monthrange(year, number)[1]
    floor = [
        {
            "what": f"{item['count']} x {item['what']}",
            "usd": round(hours * item["count"] * hourly[item["price"]], 2),
        }
        for item in prices["floor"]
    ]
    kinds = {_kind(key) for key in {*month.planned, *month.saved}}
    return {
        "environment": environment,
        "month": month.name,
        "saved_usd": round(sum(line["usd"] for line in lines), 2),
        "planned_usd": round(sum(_usd(key, seconds, hourly) for key, seconds in month.planned.items()), 2),
        "lines": lines,
        "wakes": month.wakes,
        "never_sleeps": floor,
        "never_sleeps_usd": round(sum(item["usd"] for item in floor), 2),
        "without_price": sorted(kinds - set(hourly)),
        "prices_of": prices["looked_up"],
        "caution": prices["caution"],
    }


def _line(key: str, seconds: int, planned: int, hourly: Mapping[str, float]) -> dict[str, Any]:
    return {
        "team": key.partition("|")[0] or "no team",
        "what": _kind(key),
        "hours": round(seconds / 3600, 1),
        "planned_hours": round(planned / 3600, 1),
        "usd": round(_usd(key, seconds, hourly), 2),
    }


def _kind(key: str) -> str:
    return key.partition("|")[2]


def _usd(key: str, seconds: int, hourly: Mapping[str, float]) -> float:
    return hourly.get(_kind(key), 0.0) * seconds / 3600
