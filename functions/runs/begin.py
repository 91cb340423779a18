"""Begins a run: takes the lock and decides again under it, for the world may have moved meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.runs.policy.deadlines import LEASE
from functions.runs.run import NOTHING, Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from functions.runs.ports import RunPorts


def begin(ports: RunPorts, asked: Run, *, execution: str, now: datetime, decide: Callable[[], Run]) -> Run:
    """Returns the run as it was decided under the lock, which it then holds.

    Without anything to do, it lets go.

    Args:
        ports: Where the lock is.
        asked: The run as the first look decided it.
        execution: ARN of the execution, which owns the lock.
        now: The instant.
        decide: Observes and decides anew. What it raises leaves as it is, and giving up lets go of the lock.
    """
    if ports.table.take(asked.target, holder=asked.holder(execution), lease=LEASE, now=now) is None:
        return asked.nothing("another run has just taken the lock")
    run = decide()
    if run.action == NOTHING:
        ports.table.release(run.target, execution=execution)
    return run
