"""The one place where the API reads a clock; everything else takes the time as an argument."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds since 1970, as a float."""

wall_clock: Clock = time.time  # noqa: TID251 - the composition root hands this on; nobody else reads it
"""What `create_app` uses unless a test brings its own."""

steady_clock: Clock = time.perf_counter
"""For durations: never goes back, means nothing as a date."""
