"""Epochs: the fence raises the number, and only an API that has the newest one may write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from functions.disaster_recovery.policy.situation import Epochs

WRITES: Final = "writes"
REFUSES_WRITES: Final = "refuses-writes"
READS_ONLY: Final = "reads-only"
FENCED: Final = "fenced"


class Fence(NamedTuple):
    """What there is to fence.

    Attributes:
        newest: The newest epoch that anybody can read; None when none can be.
        raise_to: What the fence raises the recovery Region's to; None when it has been raised.
        primary: `fenced`, or `keep-trying`: the job that raises the lost Region's and closes its database.
        apis: What each API may do.
    """

    newest: int | None
    raise_to: int | None
    primary: str
    apis: dict[str, str]


def fence(epochs: Epochs, *, passed: bool) -> Fence:
    """Returns what there is to fence; `passed` when the point of no return is."""
    known = [epoch for epoch in (epochs.recovery, epochs.primary) if epoch is not None]
    newest = max(known, default=None)
    primary = epochs.primary
    fenced = (
        passed
        and epochs.primary_database_closed
        and primary is not None
        and epochs.recovery is not None
        and primary >= epochs.recovery
    )
    return Fence(
        newest,
        None if passed or newest is None else newest + 1,
        FENCED if fenced else "keep-trying" if passed else "not yet",
        {api.name: may(api.epoch, newest) for api in epochs.apis},
    )


def may(epoch: int | None, newest: int | None) -> str:
    """Returns what an API may do that reads `epoch` where the newest is `newest`; None: cannot be read.

    One that nobody gave, ahead of every Region's, writes no more than one behind.
    """
    if epoch is None or newest is None:
        return READS_ONLY
    return WRITES if epoch == newest else REFUSES_WRITES
