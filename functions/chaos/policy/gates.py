"""The gates that a run passes before its fault: each reads what it needs and says why it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from functions.chaos.policy.catalogue import SOURCES_OF
from functions.chaos.policy.gates_of_health import alarms, budget, burn, degraded, incidents, mutes
from functions.chaos.policy.gates_of_others import backups, copies, lock, paused, releases, restores
from functions.chaos.policy.gates_of_times import duration, findings, opt_in, schedule, spacing, window

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.chaos.policy.catalogue import Fault
    from functions.chaos.policy.experiment import Experiment
    from functions.chaos.policy.facts import Facts
    from functions.chaos.policy.numbers import Numbers


class Gate(NamedTuple):
    """One gate.

    Attributes:
        name: As reports and pages name it.
        sources: What it reads; nothing where the document and the clock say it all.
        closed: Returns why it is closed, a sentence each; nothing when it is open.
    """

    name: str
    sources: tuple[str, ...]
    closed: Callable[[Experiment, Facts, Numbers], list[str]]


GATES: Final = (
    Gate("kill-switch", ("pause",), paused),
    Gate("alarms", ("alarms",), alarms),
    Gate("mutes", ("alarms",), mutes),
    Gate("burn", ("error_budget",), burn),
    Gate("budget-left", ("error_budget",), budget),
    Gate("incidents", ("incidents",), incidents),
    Gate("lock", ("lock",), lock),
    Gate("releases", ("releases",), releases),
    Gate("backups", ("backups",), backups),
    Gate("copies", ("copies",), copies),
    Gate("restores", ("restores",), restores),
    Gate("opt-in", ("opted_in",), opt_in),
    Gate("schedule", ("schedule",), schedule),
    Gate("window", (), window),
    Gate("duration", (), duration),
    Gate("spacing", ("history",), spacing),
    Gate("degraded", ("degraded",), degraded),
    Gate("findings", ("findings",), findings),
)


def needed_by(fault: Fault, source: str) -> bool:
    """Whether a source is a gate for this fault: what only other faults need is none."""
    only_some = frozenset[str]().union(*SOURCES_OF.values())
    return source not in only_some or source in SOURCES_OF[fault.unit]
