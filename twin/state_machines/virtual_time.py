"""The interpreter's threads and sleeps, on the virtual clock; its waits, to the moment."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from twin.state_machines import moto_names as moto
from twin.state_machines.timestamps import instant_of
from twin.threads import virtual_threading, virtual_time

if TYPE_CHECKING:
    from twin.clock import Clock
    from twin.patches import Patches


def patch(patches: Patches, clock: Clock) -> None:
    """Replaces `threading` and `time` in every module of the interpreter, and its Wait state."""
    threads, times = virtual_threading(clock), virtual_time(clock)
    stand_ins = [
        ("threading", threading, threads),
        ("time", time, times),
        ("Thread", threading.Thread, threads.Thread),
        ("Event", threading.Event, threads.Event),
        ("Lock", threading.Lock, threads.Lock),
    ]
    for name, module in sorted(sys.modules.items()):
        if name.startswith(moto.INTERPRETER):
            for attribute, real, virtual in stand_ins:
                if vars(module).get(attribute) is real:
                    patches.set(module, attribute, virtual)

    def wait(_self: Any, env: Any, wait_seconds: float) -> None:
        if wait_seconds > 0 and env.is_running():
            clock.sleep(wait_seconds)

    def seconds_until(self: Any, env: Any) -> float:
        self.string.eval(env=env)
        text: Any = env.stack.pop()
        # moto knows no offsets, and drops fractions of a second and so wakes early.
        instant = instant_of(text)
        if instant is None:
            raise moto.FailureEventException(self._create_failure_event(env, text))
        return (instant - clock.now).total_seconds()

    patches.set(moto.WaitFunction, "_wait_interval", wait)
    patches.set(moto.Timestamp, "_get_wait_seconds", seconds_until)
