"""Waiting, in one place: a condition is asked until it holds, time is up, or there is a reason to stop."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")

_PAUSE_S = 0.05
"""Between two questions: short beside the second or so that each server takes to come up."""


class GaveUpWaitingError(Exception):
    """What was waited for did not come; the message says what, and for how long it was waited."""


def until(ask: Callable[[], Value | None], *, what: str, within_s: float) -> Value:
    """Returns the first true answer of `ask`.

    Args:
        ask: asked about twenty times a second; a false answer means not yet; what it raises stops the wait.
        what: completes the sentence "waited N s for ...".
        within_s: when to give up.

    Raises:
        GaveUpWaitingError: no true answer came in time.
    """
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise GaveUpWaitingError(f"waited {within_s:g} s for {what}")
        pause.wait(_PAUSE_S)
