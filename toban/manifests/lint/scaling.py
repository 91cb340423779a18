"""Who decides about the number of pods: one, and on numbers that exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toban.manifests.lint.objects import Objects, containers, namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.rendering import Object


def autoscaler_fights_replicas(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A workload that fixes `replicas` although an autoscaler owns the number."""
    for scaler, target in _pairs(objects):
        if target["spec"].get("replicas") is not None:
            number, name = target["spec"]["replicas"], scaler["metadata"]["name"]
            yield (
                target,
                f"replicas: {number} is set back at every apply, against {name}: leave `replicas` out",
            )


def autoscaler_without_request(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A share of a request that no container states is a share of nothing."""
    for scaler, target in _pairs(objects):
        for metric in scaler["spec"].get("metrics", []):
            name = (metric.get("resource") or {}).get("name")
            for container in containers(target):
                if name and name not in ((container.get("resources") or {}).get("requests") or {}):
                    yield (
                        scaler,
                        f"container {container['name']} requests no {name}, so there is no share of it",
                    )


def _pairs(objects: Objects) -> Iterator[tuple[Object, Object]]:
    for scaler in objects.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        found = objects.find(target["kind"], namespace(scaler), target["name"])
        if found is not None:
            yield scaler, found
