"""An environment at one minute, as those see it who publish its figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from twin.alarms import MetricName
from twin.alarms.statistics import Samples
from twin.monitoring import load

if TYPE_CHECKING:
    from twin.monitoring.facts import Facts, Pod
    from twin.monitoring.strain import Strain

API = "api-service"
SHARES = {"prod": 0.4}
"""Of the load model's people, those whom an environment has; chosen. Nobody tells the autoscaler of them, so
they are as many as its least replicas answer, even in the model's rush."""
DEVELOPERS_SHARE = 0.1
Published: TypeAlias = Iterator[tuple[MetricName, Samples | None]]
"""Metrics, and what each minute holds of them; None where the service publishes nothing."""


@dataclass(frozen=True, slots=True)
class Door:
    """The load balancer that an Ingress made, by the ends of its ARNs, as CloudWatch's dimensions are."""

    load_balancer: str
    api_targets: str


@dataclass(frozen=True, slots=True)
class Watched:
    """The names under which an environment's figures are published."""

    environment: str
    cluster: str
    namespace: str
    database: str
    cache: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One minute.

    Attributes:
        door: The load balancer; None while there is no Ingress.
        pod_cpu: The processor limit of an API pod, in cores.
        pod_memory: Its memory limit, in bytes.
    """

    watched: Watched
    facts: Facts
    strain: Strain
    door: Door | None
    pod_cpu: float
    pod_memory: float

    @property
    def requests(self) -> float:
        """Requests a second that people send; none arrive where there is no door."""
        if self.door is None:
            return 0.0
        share = SHARES.get(self.watched.environment, DEVELOPERS_SHARE)
        return load.requests_per_second(self.facts.at) * share * self.strain.people

    @property
    def serving(self) -> list[Pod]:
        """The API's pods that serve."""
        return self.facts.serving(API)


def metric(namespace: str, name: str, **dimensions: str) -> MetricName:
    """Returns a metric's name."""
    return MetricName(namespace, name, frozenset(dimensions.items()))


def value(number: float | None) -> Samples | None:
    """Returns what a minute with one value holds; None for none."""
    return None if number is None else Samples([round(float(number), 6)])


def count(number: float) -> Samples | None:
    """Returns what a minute holds of a count that is published only when it is not 0."""
    whole = int(number)
    return Samples([float(whole)]) if whole else None
