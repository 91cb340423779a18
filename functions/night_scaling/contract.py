"""The run as the machine carries it from step to step: one JSON object that each step reads and returns."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.core.capacity import Layers
from functions.core.errors import PermanentError
from functions.night_scaling.models import Action
from functions.night_scaling.planning import Planned
from functions.night_scaling.schedule.model import Caps


class Run(NamedTuple):
    """One run.

    Attributes:
        environment: Target.
        cause: Who started the machine: `evening`, `morning`, `tick` or a person's word.
        action: What it does.
        mode: Mode that it goes to.
        reason: Why, in one sentence.
        layers: That mode's layers.
        started_at: When it was decided.
        next_change: When the schedule changes its mind next, as text; None when it never does.
        done: Whether the step that returned it has nothing left to do.
        did: What was done so far, a sentence each.
        waiting_for: What the step still waits for, a phrase each.
        share_percent: Largest share of a node group that one pass of a drain takes.
        fleet: Cluster, node groups and databases of a fleet's member; None for the stack's own cluster.
        fallbacks: Each node group's fallback, which lends nodes when its own do not come.
    """

    environment: str
    cause: str
    action: str
    mode: str
    reason: str
    layers: Layers
    started_at: datetime
    next_change: str | None = None
    done: bool = False
    did: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()
    share_percent: int = 100
    fallbacks: Mapping[str, str] = MappingProxyType({})
    fleet: Mapping[str, Any] | None = None

    @property
    def sleeps(self) -> bool:
        """Returns whether the run goes down."""
        return self.action == Action.SLEEP

    def and_did(self, *sentences: str, done: bool = True, waiting_for: tuple[str, ...] = ()) -> "Run":
        """Returns the run after a step; a sentence that was said before is not repeated."""
        new = tuple(dict.fromkeys(sentence for sentence in sentences if sentence not in self.did))
        return self._replace(did=self.did + new, done=done, waiting_for=waiting_for)

    def payload(self) -> dict[str, Any]:
        """Returns the run as JSON."""
        return {
            **self._asdict(),
            "layers": self.layers._asdict(),
            "started_at": self.started_at.isoformat(),
            "did": [*self.did],
            "waiting_for": [*self.waiting_for],
            "fallbacks": dict(self.fallbacks),
        }


def decided(
    planned: Planned, *, environment: str, cause: str, now: datetime, fleet: Mapping[str, Any] | None = None
) -> Run:
    """Returns the run that a decision begins."""
    decision = planned.decision
    document = planned.choice.document if planned.choice else None
    groups = [group for target in document.targets for group in target.nodegroups] if document else []
    return Run(
        environment=environment,
        cause=cause,
        action=decision.action.value,
        mode=decision.mode,
        reason=decision.reason,
        layers=decision.layers,
        started_at=now,
        next_change=decision.next_change.isoformat() if decision.next_change else None,
        share_percent=document.caps.share_per_tick_percent if document else Caps().share_per_tick_percent,
        fleet=fleet,
        fallbacks={group.name: group.fallback for group in groups if group.fallback},
    )


def read_run(payload: Mapping[str, Any]) -> Run:
    """Reads a run.

    Raises:
        PermanentError: The machine's definition and the functions do not belong to one version.
    """
    known = {name: payload[name] for name in Run._fields if name in payload}
    try:
        return Run(
            **{
                **known,
                "layers": Layers(**payload["layers"]),
                "started_at": datetime.fromisoformat(payload["started_at"]),
                "did": tuple(payload["did"]),
                "waiting_for": tuple(payload["waiting_for"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PermanentError(
            f"The run that the machine carries cannot be read: {error!r}. Deploy again."
        ) from error
