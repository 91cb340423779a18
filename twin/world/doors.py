"""The load balancer that the load balancer controller would make of an Ingress, by names that repeat.

AWS gives a load balancer an id by chance, and a person carries it from the Ingress into the stack's
parameters (decision 31). A world is found as it is after that second deployment.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from twin.cluster.shapes import annotations_of, name_of, namespace_of
from twin.monitoring.published.situation import API, Door

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.shapes import Object

GROUP = "alb.ingress.kubernetes.io/group.name"
OURS = "alb"
"""The class of Ingresses that the AWS load balancer controller serves."""


def door_of(objects: Iterable[Object], environment: str) -> Door | None:
    """Returns the load balancer of the Ingress that leads to the API; None where none does.

    Args:
        objects: Those of a cluster, or of its overlay.
        environment: Whose they are; two environments of an account have different load balancers.
    """
    for each in objects:
        if each["kind"] == "Ingress" and each["spec"].get("ingressClassName") == OURS and _leads_to_api(each):
            group = annotations_of(each).get(GROUP, name_of(each))
            return Door(
                _end_of_arn("app", f"k8s-{group.replace('-', '')[:18]}", environment),
                _end_of_arn("targetgroup", f"k8s-{namespace_of(each)[:8]}-{API[:8]}", environment),
            )
    return None


def _leads_to_api(ingress: Object) -> bool:
    return any(
        path["backend"].get("service", {}).get("name") == API
        for rule in ingress["spec"].get("rules") or ()
        for path in rule.get("http", {}).get("paths") or ()
    )


def _end_of_arn(kind: str, stem: str, environment: str) -> str:
    chance = sha256(f"{environment}/{kind}/{stem}".encode()).hexdigest()
    return f"{kind}/{stem}-{chance[:8]}/{chance[8:24]}"
