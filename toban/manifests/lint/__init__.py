"""Mistakes between two objects, which no schema can see: each rule has a name, and says what to do.

`findings` runs them all over one rendered environment. A rule is a function from the objects to sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from toban.manifests.lint import access, disruption, images, network, scaling, shutdown, wiring
from toban.manifests.lint.objects import Objects
from toban.manifests.rendering import Object, name_of

Rule = Callable[[Objects], Iterator[tuple[Object, str]]]

RULES: dict[str, Rule] = {
    "selector-matches-nothing": wiring.selector_matches_nothing,
    "service-without-endpoints": wiring.service_without_endpoints,
    "probe-without-port": wiring.probe_without_port,
    "reference-to-nothing": wiring.reference_to_nothing,
    "autoscaler-fights-replicas": scaling.autoscaler_fights_replicas,
    "autoscaler-without-request": scaling.autoscaler_without_request,
    "grace-period-too-short": shutdown.grace_period_too_short,
    "drain-longer-than-the-wait": shutdown.drain_longer_than_the_wait,
    "image-by-tag": images.image_by_tag,
    "budget-missing": disruption.budget_missing,
    "budget-never-yields": disruption.budget_never_yields,
    "way-out-missing": network.way_out_missing,
    "wildcard-access": access.wildcard_access,
    "secrets-readable": access.secrets_readable,
}
"""Every rule by its name."""


@dataclass(frozen=True)
class Finding:
    """One mistake.

    Attributes:
        rule: its name in `RULES`.
        thing: such as "Deployment app-production/api-service".
        sentence: what is wrong and what to do.
    """

    rule: str
    thing: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.thing}: {self.sentence} [{self.rule}]"


def findings(objects: list[Object]) -> list[Finding]:
    """Returns what the rules find in an environment; an annotation `toban.dev/waive-RULE` waives one.

    The annotation's value is the reason; an empty one waives nothing.
    """
    known = Objects(objects)
    return [
        Finding(name, name_of(thing), sentence)
        for name, rule in RULES.items()
        for thing, sentence in rule(known)
        if not (thing["metadata"].get("annotations") or {}).get(f"toban.dev/waive-{name}")
    ]
