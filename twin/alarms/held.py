"""Samples that a metric repeats every minute until others take their place, kept once."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from twin.alarms.statistics import Samples

if TYPE_CHECKING:
    from collections.abc import Iterator


class Held:
    """One metric: what each minute holds from some minute on; minutes are counted from the epoch."""

    def __init__(self) -> None:
        self._minutes: list[int] = []
        self._samples: list[Samples | None] = []

    @property
    def changed(self) -> int:
        """The minute of the last change."""
        return self._minutes[-1]

    def hold(self, minute: int, samples: Samples | None) -> bool:
        """Lets every minute from `minute` on hold these samples, None for no data.

        Returns:
            Whether that is another content than before. Of several within a minute the last one stands.
        """
        if self._samples and self._samples[-1] == samples:
            return False
        if self._minutes and self._minutes[-1] >= minute:
            self._samples[-1] = samples
        else:
            self._minutes.append(minute)
            self._samples.append(samples)
        return True

    def samples(self, first: int, end: int) -> Samples:
        """Returns what the minutes of [first, end) hold together."""
        found = Samples()
        for at in range(max(bisect_right(self._minutes, first) - 1, 0), len(self._minutes)):
            begin = max(first, self._minutes[at])
            if begin >= end:
                break
            until = min(end, self._minutes[at + 1]) if at + 1 < len(self._minutes) else end
            held = self._samples[at]
            if held is not None and until > begin:
                found.add(held.repeated(until - begin))
        return found

    def contents(self, first: int) -> Iterator[Samples | None]:
        """Yields what any minute from `first` on holds, as long as nothing changes; None for no data."""
        at = bisect_right(self._minutes, first) - 1
        if at < 0:
            yield None
        yield from self._samples[max(at, 0) :]
