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


def fence(epochs: Epochs, *, passed: bool, raises: bool = True) -> Fence:
    """Returns what there is to fence; `passed` when the point of no return is, `raises` unless in a drill."""
    given = {epochs.recovery, epochs.primary} - {None}
    seen = [epochs.recovery, epochs.primary, *(api.epoch for api in epochs.apis)]
    newest = max((epoch for epoch in seen if epoch is not None), default=None) if given else None
    primary = epochs.primary
    fenced = (
        passed
        and epochs.primary_database_closed
        and primary is not None
        and epochs.recovery is not None
        and primary == epochs.recovery
    )
    return Fence(
        newest,
        None if passed or not raises or newest is None or epochs.recovery is None else newest + 1,
        FENCED if fenced else "keep-trying" if passed else "not yet",
        {api.name: may(api.epoch, newest, given=newest in given) for api in epochs.apis},
    )


def may(epoch: int | None, newest: int | None, *, given: bool = True) -> str:
    """Returns what an API may do that reads `epoch` where the newest is `newest`; None: cannot be read.

    `given` is False where no Region holds the newest, so that an API alone reads it: then nobody writes.
    """
    if epoch is None or newest is None:
        return READS_ONLY
    return WRITES if given and epoch == newest else REFUSES_WRITES
