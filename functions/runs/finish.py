"""Ends a run that was verified: record, settle, announce, unlock, in the order that a crash survives."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from functions.core.control import TargetRecord
from functions.core.errors import OpsError
from functions.runs import notifying
from functions.runs.policy.deadlines import LEASE
from functions.runs.policy.page import UTC
from functions.runs.ports import RunPorts
from functions.runs.run import Run, read_run
from functions.runtime.entrypoint import Call

FINISHED = "Run Finished"
"""Detail type of the event; its source names the capability."""


class Finished(NamedTuple):
    """A run as it ended.

    Attributes:
        run: The run.
        record: What is remembered of its target.
        seconds: From its decision to its end.
        first: Whether this is the first try at finishing it; what is counted is counted then.
    """

    run: Run
    record: TargetRecord
    seconds: int
    first: bool


def finish(
    call: Call,
    ports: RunPorts,
    *,
    settle: Callable[[Finished], None],
    ends: Sequence[str] = (),
    zone: Callable[[TargetRecord], ZoneInfo] = lambda _record: UTC,
) -> dict[str, Any]:
    """Records a run, lets its capability settle what it keeps, announces it and gives the lock back.

    The record comes first: a crash after it repeats a run that finds its work done.

    Args:
        call: The call, whose run was verified by the step before.
        ports: What is written to.
        settle: Writes what the capability keeps; called again after a crash, so it changes only what differs.
        ends: Kinds of what people were told, besides its failures, that is over with this run.
        zone: Returns the zone that people read times in.

    Returns:
        The run as it is recorded and announced.

    Raises:
        SafetyRefusal: The lock was lost.
    """
    run = read_run(call.run)
    ports.table.renew(run.target, execution=call.execution, lease=LEASE, now=call.now)
    seconds = int((call.now - run.started_at).total_seconds())
    ended = {
        **run.payload(),
        "outcome": "done",
        "ended_at": call.now.isoformat(),
        "execution": call.execution,
        "seconds": seconds,
    }
    first = ports.table.record_run(run.target, ended, started_at=run.started_at, execution=call.execution)
    record = ports.table.recall(run.target)
    settle(Finished(run, record, seconds, first))
    over = {
        notifying.undecided_of(run.capability): notifying.CALM,
        **dict.fromkeys((notifying.failures_of(run.capability), *ends), timedelta(0)),
    }
    notifying.notify_of_end(ports, record, kinds=over, target=run.target, now=call.now, zone=zone(record))
    with suppress(OpsError):
        # Who listens hears of the next run; this one is in the record.
        ports.announcer.announce(run.capability, FINISHED, ended)
    ports.table.release(run.target, execution=call.execution)
    return ended
