"""The schedules of CronJobs: five fields in a time zone.

A local time that the spring change skips does not fire; one that autumn repeats fires at its first pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}


class ScheduleError(ValueError):
    """A schedule or a time zone that Kubernetes refuses."""


@dataclass(frozen=True, slots=True)
class CronSchedule:
    """A schedule that was read; see `parse`."""

    text: str
    zone: ZoneInfo

    def next_after(self, moment: datetime) -> datetime | None:
        """Returns the first time after `moment`, in UTC; None when there is none in the next decades."""
        wall = moment.astimezone(self.zone).replace(tzinfo=None)
        for local in CronSim(self.text, wall):
            fires = local.replace(tzinfo=self.zone).astimezone(UTC)
            skipped = fires.astimezone(self.zone).replace(tzinfo=None) != local
            if not skipped and fires > moment:
                return fires
        return None


def parse(text: str, zone: str | None) -> CronSchedule:
    """Reads `spec.schedule` and `spec.timeZone`; a zone of None is the controller manager's own, UTC.

    Raises:
        ScheduleError: With Kubernetes' words, or near them.
    """
    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ScheduleError(f"unknown time zone {zone}") from error
    five = _NAMED.get(text, text)
    count = len(five.split())
    if count != 5:  # noqa: PLR2004 - minute, hour, day of month, month, day of week
        raise ScheduleError(f"expected exactly 5 fields, found {count}: {five.split()}")
    try:
        CronSim(five, datetime(2026, 1, 1))  # noqa: DTZ001 - wall time
    except CronSimError as error:
        raise ScheduleError(str(error)) from error
    return CronSchedule(five, place)
