"""Instants that the tests of the clock speak of."""

from __future__ import annotations

import datetime as dt

START = dt.datetime(2026, 6, 5, 10, 0, tzinfo=dt.UTC)


def minutes(count: float) -> dt.datetime:
    return START + dt.timedelta(minutes=count)
