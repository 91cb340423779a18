"""Starts the databases that a wake brings back; one that cannot be started yet is asked for again later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.core.errors import Busy
from functions.runs.batch import Outcome, attempt_each

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.night_scaling.ports import Ports


def start_stopped(ports: Ports, names: Iterable[str]) -> Outcome:
    """Starts each database that is stopped; one on its way down is waited for."""

    def start(name: str) -> str | None:
        status = ports.databases.status(name)
        if status == "stopping":
            raise Busy(f"database {name} is still stopping")
        if status != "stopped":
            return None
        ports.databases.start(name)
        return f"started database {name}"

    return attempt_each(names, start)
