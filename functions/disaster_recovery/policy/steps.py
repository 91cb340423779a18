"""The steps of a recovery: what each waits for, and how long it takes where nothing was recorded yet.

Durations are minutes, typical and slow, from published measurements: outputs of terraform runs and AWS's own
pages. Recorded ones replace them.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Step(NamedTuple):
    """One step.

    Attributes:
        name: What it is called.
        after: Steps that have to be done first.
        typical: Minutes that it takes most often.
        slow: Minutes that it takes in the slow case.
        after_the_point: Whether it changes what cannot be thrown away, so that it needs the approval.
    """

    name: str
    after: tuple[str, ...]
    typical: float
    slow: float
    after_the_point: bool = False


NETWORK: Final = "network"
DATABASE: Final = "database"
APPROVAL: Final = "approval"
SERVICE_BACK: Final = "smoke-service"
GREEN: Final = "smoke-environment"
SERVICE_ON_LAMBDA: Final = "service-on-lambda"
SMOKE_BEFORE: Final = "smoke-before"
IRREVERSIBLE: Final = ("fence", "promote", "dns")

POINT_IN_TIME: Final = "database-point-in-time"
SNAPSHOT: Final = "database-snapshot"

_AROUND: Final = (
    Step(NETWORK, (), 4, 5),
    Step("cluster-control-plane", (NETWORK,), 10.4, 16),
    Step("cluster-nodes", ("cluster-control-plane",), 2.1, 6.8),
    Step("cluster-add-ons", ("cluster-control-plane",), 0.5, 2),
    Step("cache", (NETWORK,), 8.1, 9.3),
    Step("cluster-objects", ("cluster-nodes", "cluster-add-ons"), 2, 5),
    Step(SERVICE_ON_LAMBDA, (DATABASE,), 1, 2),
    Step(SMOKE_BEFORE, (SERVICE_ON_LAMBDA,), 0.5, 1),
    Step(APPROVAL, (), 5, 15),
    Step("fence", (SMOKE_BEFORE, APPROVAL), 0.5, 1, after_the_point=True),
    Step("promote", ("fence",), 0.5, 1, after_the_point=True),
    Step("dns", ("promote",), 2, 3, after_the_point=True),
    Step(SERVICE_BACK, ("dns",), 0.5, 1, after_the_point=True),
    Step("workload-on-cluster", ("cluster-objects", "cache", "promote"), 2.5, 5, after_the_point=True),
    Step(GREEN, ("workload-on-cluster", SERVICE_BACK), 0.5, 1, after_the_point=True),
)
_SOURCES: Final = {POINT_IN_TIME: (16.5, 25.0), SNAPSHOT: (7.6, 15.0)}


def steps(source: str) -> tuple[Step, ...]:
    """Returns the steps with the database restored from a source: `point-in-time` or `snapshot`."""
    typical, slow = _SOURCES[f"{DATABASE}-{source}"]
    return (*_AROUND[:1], Step(DATABASE, (NETWORK,), typical, slow), *_AROUND[1:])


def names() -> tuple[str, ...]:
    """Returns the names under which durations are recorded: the database has one for each source."""
    return (*(step.name for step in _AROUND), *_SOURCES)


def after_the_point() -> tuple[str, ...]:
    """Returns the names of the steps that change what cannot be thrown away."""
    return tuple(step.name for step in _AROUND if step.after_the_point)


def recorded_name(step: str, source: str) -> str:
    """Returns the name under which a step's durations are recorded."""
    return f"{DATABASE}-{source}" if step == DATABASE else step
