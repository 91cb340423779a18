"""The arithmetic of an end: the load balancer lets go, the program finishes, then the kernel ends it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toban.manifests.lint.objects import Objects, containers, namespace, template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object

_DEFAULT_GRACE_S = 30
_DEFAULTS = {"DRAIN_S": 15.0, "SHUTDOWN_S": 25.0}
"""What `api.settings` takes where nothing is set."""
_SPARE_S = 5.0
"""For the kubelet's own delays."""


def grace_period_too_short(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A pod that is killed before its preStop and its own shutdown are through."""
    for workload in objects.serving():
        grace = template(workload)["spec"].get("terminationGracePeriodSeconds", _DEFAULT_GRACE_S)
        waits = sum(_pre_stop(container) for container in containers(workload))
        own = _own_shutdown(objects, workload)
        if waits and waits + own + _SPARE_S > grace:
            yield (
                workload,
                (
                    f"preStop {waits:g} s + its own shutdown {own:g} s + {_SPARE_S:g} s to spare are more "
                    f"than terminationGracePeriodSeconds {grace}: requests would be cut off"
                ),
            )


def drain_longer_than_the_wait(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A load balancer that needs longer to notice that a pod drains than the pod waits for it."""
    for ingress in objects.of("Ingress"):
        notes = {k.rsplit("/", 1)[-1]: v for k, v in ingress["metadata"].get("annotations", {}).items()}
        interval = float(notes.get("healthcheck-interval-seconds", 15))
        count = float(notes.get("unhealthy-threshold-count", 2))
        delay = re.search(
            r"deregistration_delay.timeout_seconds=(\d+)", notes.get("target-group-attributes", "")
        )
        for workload in _behind(objects, ingress):
            waits = sum(_pre_stop(container) for container in containers(workload))
            grace = template(workload)["spec"].get("terminationGracePeriodSeconds", _DEFAULT_GRACE_S)
            name = workload["metadata"]["name"]
            if waits < interval * count:
                yield (
                    ingress,
                    f"{name} waits {waits:g} s, but its target is dropped after {interval * count:g} s",
                )
            if float(delay[1]) > grace if delay else True:
                yield (
                    ingress,
                    (
                        f"deregistration of {name} outlasts its grace period of {grace} s: "
                        "set the delay below it"
                    ),
                )


def _behind(objects: Objects, ingress: Object) -> Iterator[Object]:
    for rule in ingress["spec"].get("rules", []):
        for path in rule["http"]["paths"]:
            service = objects.find("Service", namespace(ingress), path["backend"]["service"]["name"])
            if service:
                yield from objects.selected(namespace(ingress), service["spec"].get("selector") or {})


def _pre_stop(container: Object) -> float:
    hook = (container.get("lifecycle") or {}).get("preStop") or {}
    return float((hook.get("sleep") or {}).get("seconds", 0))


def _own_shutdown(objects: Objects, workload: Object) -> float:
    """Sums what the API waits for after SIGTERM, from its real settings, in seconds; others end at once."""
    for container in containers(workload):
        for source in container.get("envFrom", []):
            name = (source.get("configMapRef") or {}).get("name", "")
            settings = objects.find("ConfigMap", namespace(workload), name) if name else None
            if settings:
                data = settings.get("data") or {}
                return sum(float(data.get(key, default)) for key, default in _DEFAULTS.items())
    return 0.0
