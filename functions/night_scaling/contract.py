"""What a run of night scaling carries in its `plan`, for its machine to route by and its steps to go by."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.core.errors import PermanentError
from functions.night_scaling.schedule.model import Caps, Layers
from functions.runs.run import Run

CAPABILITY = "night_scaling"


class Plan(NamedTuple):
    """Where a run goes.

    Attributes:
        mode: Mode that it goes to.
        layers: That mode's layers.
        next_change: When the schedule changes its mind next, as text; None when it never does.
        share_percent: Largest share of a node group that one pass of a drain takes.
        fallbacks: Each node group's fallback, which lends nodes when its own do not come.
        kept: What stays up although the mode would take it, and why, a phrase each: pods that would be lost,
            and databases that AWS does not stop. Only a person can change that.
        kept_nodes: How many nodes such pods keep up, by node group.
        held: What held a node until the drain's time was up, a phrase each; it is tried again.
        asked: When each node was first asked of its pods, as text, by name.
        left: Databases that AWS refused to stop, by identifier.
        found: Desired size of each node group when the run was verified.
        short: Whether a wake found a node group below its min: it was being updated when others were raised.
    """

    mode: str
    layers: Layers
    next_change: str | None = None
    share_percent: int = Caps().share_per_tick_percent
    fallbacks: Mapping[str, str] = MappingProxyType({})
    kept: Sequence[str] = ()
    kept_nodes: Mapping[str, int] = MappingProxyType({})
    held: Sequence[str] = ()
    asked: Mapping[str, str] = MappingProxyType({})
    left: Sequence[str] = ()
    found: Mapping[str, int] = MappingProxyType({})
    short: bool = False

    def payload(self) -> dict[str, Any]:
        """Returns the plan as JSON."""
        return {
            **self._asdict(),
            "layers": self.layers._asdict(),
            "fallbacks": dict(self.fallbacks),
            "kept": [*self.kept],
            "kept_nodes": dict(self.kept_nodes),
            "held": [*self.held],
            "asked": dict(self.asked),
            "left": [*self.left],
            "found": dict(self.found),
        }


def with_plan(run: Run, **changes: Any) -> Run:
    """Returns the run with some fields of its plan changed."""
    return run._replace(plan=read_plan(run)._replace(**changes).payload())


def read_plan(run: Run) -> Plan:
    """Reads a run's plan.

    Raises:
        PermanentError: The machine's definition and the functions do not belong to one version.
    """
    try:
        return Plan(**{**run.plan, "layers": Layers(**run.plan["layers"])})
    except (KeyError, TypeError) as error:
        raise PermanentError(
            f"The plan that the machine carries cannot be read: {error!r}. Deploy again."
        ) from error
