"""Proves a definition by itself: the protocol of failure, its time, its lock and its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toban.machines.durations import check_durations
from toban.machines.flow import Flow
from toban.machines.lock import check_lock
from toban.machines.protocol import check_protocol
from toban.machines.shapes import ANY, Shape, members

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from toban.machines.graph import Fault

GIVEN = members(target=ANY, cause=ANY)
"""What every execution is started with."""


def faults_of(name: str, machine: Mapping[str, Any], answer_of: Callable[[str], Shape | None]) -> list[Fault]:
    """Returns what is wrong with a definition by itself.

    Args:
        name: The machine's name, for messages.
        machine: Its definition.
        answer_of: Returns what the function of a Task answers, by its FunctionName; None when nobody knows.
    """
    shape = [*check_protocol(name, machine), *check_durations(name, machine), *check_lock(name, machine)]
    if any("is no state here" in fault.text for fault in shape):
        return shape  # where a way leads nowhere, there is no data to follow
    return [*shape, *Flow(name, machine, given=GIVEN, answer_of=answer_of).faults()]
