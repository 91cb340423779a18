"""Reads the cluster, only to see that it can be read: while Toban only observes, nothing else does."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from functions.core.errors import OpsError
from functions.night_scaling.policy import access
from functions.runs.run import read_run
from functions.runtime.entrypoint import Call, entrypoint

if TYPE_CHECKING:
    from functions.night_scaling.ports import Ports


@entrypoint
def handler(call: Call, ports: Ports) -> dict[str, Any]:
    """Writes down that it looked, and looks: a door that is closed is told once a day, not at every tick."""
    run = read_run(call.run)
    note = ports.table.recall(run.target).note(access.NOTE)
    checked = {"checked_at": call.now.isoformat()}
    with suppress(OpsError):
        ports.table.write_note(run.target, access.NOTE, checked, over=note.revision)
    nodes = ports.cluster.nodes()
    return run.and_did(f"read the cluster, which lists {len(nodes)} nodes").payload()
