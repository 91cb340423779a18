"""The run as a machine carries it from step to step: one JSON object that each step reads and returns.

A machine routes by `$.action` and `$.done`, which are everybody's, and by `$.plan`, which is the capability's
own.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.core.control import Audience, Holder
from functions.core.errors import PermanentError

NOTHING = "nothing"
"""The action of a run that has nothing to do; every capability's machine ends on it."""


class Run(NamedTuple):
    """One run.

    Attributes:
        capability: Whose run it is, such as `night_scaling`.
        target: What it is about: an environment such as `dev`, or a member of its fleet such as `dev/search`.
        cause: What started the machine: the name of a schedule, an alarm's, or a person's word.
        action: What it does, in one of the capability's words; `nothing` ends it.
        reason: Why, in one sentence.
        started_at: When it was decided.
        plan: What the capability needs besides, as plain values.
        done: Whether the step that returned it has nothing left to do.
        did: What was done so far, a sentence each.
        waiting_for: What the step still waits for, a phrase each.
        fleet: Cluster, node groups and databases of a fleet's member; None for the stack's own cluster.
        tell: Who is told when it cannot go on; the team alone where nothing but money is lost.
    """

    capability: str
    target: str
    cause: str
    action: str
    reason: str
    started_at: datetime
    plan: Mapping[str, Any] = MappingProxyType({})
    done: bool = False
    did: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()
    fleet: Mapping[str, Any] | None = None
    tell: Audience = Audience.ON_DUTY

    def and_did(self, *sentences: str, done: bool = True, waiting_for: tuple[str, ...] = ()) -> "Run":
        """Returns the run after a step; a sentence that was said before is not repeated."""
        new = tuple(dict.fromkeys(sentence for sentence in sentences if sentence not in self.did))
        return self._replace(did=self.did + new, done=done, waiting_for=waiting_for)

    def nothing(self, reason: str) -> "Run":
        """Returns the run as one that has nothing to do, and why."""
        return self._replace(action=NOTHING, reason=reason)

    def holder(self, execution: str) -> Holder:
        """Returns the run as the holder of a lock."""
        return Holder(execution, self.capability, self.action, self.tell)

    def payload(self) -> dict[str, Any]:
        """Returns the run as JSON."""
        return {
            **self._asdict(),
            "started_at": self.started_at.isoformat(),
            "plan": dict(self.plan),
            "did": [*self.did],
            "waiting_for": [*self.waiting_for],
            "tell": self.tell.value,
        }


def read_run(payload: Mapping[str, Any]) -> Run:
    """Reads a run.

    Raises:
        PermanentError: The machine's definition and the functions do not belong to one version.
    """
    try:
        return Run(
            **{
                **{name: payload[name] for name in Run._fields if name in payload},
                "started_at": datetime.fromisoformat(payload["started_at"]),
                "did": tuple(payload["did"]),
                "waiting_for": tuple(payload["waiting_for"]),
                "tell": Audience(payload["tell"]),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise PermanentError(
            f"The run that the machine carries cannot be read: {error!r}. Deploy again."
        ) from error
