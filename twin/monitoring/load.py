"""The load model: what people ask of production, minute by minute; each figure is chosen, none measured.

The twin plays no requests, so this stands in for the people: a function of the local hour and day, with one
rush and one bad release. It reads no clock and leaves nothing to chance: the same week, the same bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Tokyo")
QUIET_RPS = 3.0
"""Requests a second that never stop: open tabs, reminders, probes of others."""
BUSY_RPS = 62.0
"""What a working day's peak adds."""
PEAKS = ((10.5, 1.6, 1.0), (15.0, 2.2, 0.9), (20.0, 1.2, 0.25))
"""Local hour, width in hours, height: the morning, the afternoon, and people at home."""
WEEKEND_SHARE = 0.15
RUSH = (datetime(2026, 12, 10, 14, 20, tzinfo=ZONE), timedelta(minutes=50), 2.4)
"""Thursday's rush: when, how long, and how many times the usual; it takes the autoscaler to its limit."""
CPU_S = 0.012
"""Seconds of CPU that one request costs an API pod; with it the twin's autoscaler is told the load."""
IDLE_CPU = 0.012
"""Cores that a pod uses while nobody asks anything."""
POD_RPS = 14.0
"""Requests a second at which a pod is as busy as its autoscaler wants it; beyond, it answers more slowly."""
MEDIAN_S = 0.022
SHAPE = 2.4
"""Of the log-logistic latency: the 99th percentile is 6.8 times the median."""
ERROR_SHARE = 0.0002
"""Of requests, with a good release."""
BAD_ERROR_SHARE = 0.18
BAD_SLOWNESS = 5.0
"""How a bad release answers: so many errors, and so many times the median."""

POOL_KEPT, POOL_MOST, OTHERS = 5, 8, 6
"""Connections that a pod's pool keeps open and opens at most, and those of workers, exporters and people."""
CROWDED = 3
"""How many times its usual requests open all connections of a pod's pool."""
TAKEN_AT_MOST = 100
"""`MaxConnections` of the stacks: the database refuses any more."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that turned out bad: when it went out, and when it was taken back."""

    image: str
    begun: datetime
    ended: datetime


GOOD = "example/api-service@sha256:" + "0" * 64
"""What runs before and after."""
BAD = Release(
    "example/api-service@sha256:" + "b" * 64,
    datetime(2026, 12, 9, 14, 0, tzinfo=ZONE),
    datetime(2026, 12, 9, 14, 16, tzinfo=ZONE),
)
"""Wednesday's release, taken back after sixteen minutes."""


def requests_per_second(at: datetime) -> float:
    """Returns what all people together ask of the API."""
    local = at.astimezone(ZONE)
    hour = local.hour + local.minute / 60
    busy = sum(height * math.exp(-(((hour - peak) / width) ** 2)) for peak, width, height in PEAKS)
    share = WEEKEND_SHARE if local.weekday() >= 5 else 1.0  # noqa: PLR2004 -- Saturday
    begun, lasts, times = RUSH
    rush = times if begun <= local < begun + lasts else 1.0
    return (QUIET_RPS + BUSY_RPS * busy * share) * rush * (1 + 0.06 * ripple(at))


def ripple(at: datetime, phase: float = 0.0) -> float:
    """Returns an unrest between -1 and 1 that never repeats within a week, and is the same each time."""
    minute = at.timestamp() / 60 % 100_000 + 41 * phase
    return (math.sin(minute / 3.7) + math.sin(minute / 11.3 + phase) + math.sin(minute / 1.31)) / 3


def cpu_cores(rps: float, pods: int) -> float:
    """Returns the cores that so many API pods use together."""
    return rps * CPU_S + pods * IDLE_CPU


def median_s(rps: float, pods: int) -> float:
    """Returns the median seconds of an answer when `pods` share the load: it grows with the load's cube."""
    return MEDIAN_S * (1 + 0.6 * (rps / (max(pods, 1) * POD_RPS)) ** 3)


def time_of_share(share: float, median: float) -> float:
    """Returns the seconds within which a share of the answers comes, between 0 and 1; see `share_within`."""
    return median * math.pow(share / (1 - share), 1 / SHAPE)


def connections(rps: float, pods: int) -> int:
    """Returns the connections to PostgreSQL: what the pods' pools keep open, and those of everything else."""
    crowded = rps > CROWDED * POD_RPS * pods
    return pods * (POOL_MOST if crowded else POOL_KEPT) + OTHERS


def share_within(seconds: float, median: float) -> float:
    """Returns the share of answers within so many seconds: log-logistic, which has a long tail."""
    return 1 / (1 + math.pow(median / seconds, SHAPE))
