"""The objects of one environment, asked the questions that the rules have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toban.manifests.rendering import Object

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout"})
_SERVING = frozenset({"Deployment", "StatefulSet", "Rollout"})


class Objects:
    """A rendered environment."""

    def __init__(self, objects: list[Object]) -> None:
        """Remembers the objects."""
        self._objects = objects

    def of(self, *kinds: str) -> Iterator[Object]:
        """Yields the objects of these kinds."""
        return (thing for thing in self._objects if thing["kind"] in kinds)

    def workloads(self) -> Iterator[Object]:
        """Yields all that makes pods."""
        return self.of(*_WORKLOADS)

    def serving(self) -> Iterator[Object]:
        """Yields what keeps a number of replicas."""
        return self.of(*_SERVING)

    def find(self, kind: str, namespace: str, name: str) -> Object | None:
        """Returns the object of this name or None; what only a controller makes is not here."""
        key = (kind, namespace, name)
        return next((thing for thing in self._objects if (thing["kind"], *_place(thing)) == key), None)

    def selected(self, namespace: str, labels: Mapping[str, str]) -> list[Object]:
        """Returns the namespace's workloads whose pods carry all these labels; no labels select nothing."""
        return [
            workload
            for workload in self.workloads()
            if labels
            and _place(workload)[0] == namespace
            and labels.items() <= (template(workload)["metadata"].get("labels") or {}).items()
        ]


def namespace(thing: Object) -> str:
    """Returns the namespace of an object, empty if it has none."""
    return _place(thing)[0]


def template(thing: Object) -> Object:
    """Returns the pod template of a workload."""
    spec = thing["spec"]["jobTemplate"]["spec"] if thing["kind"] == "CronJob" else thing["spec"]
    found: Object = spec["template"]
    return {"metadata": {}, **found}


def containers(thing: Object) -> list[Object]:
    """Returns all containers of a workload's pods, those that prepare among them."""
    pod: dict[str, Any] = template(thing)["spec"]
    return [*pod.get("initContainers", []), *pod["containers"]]


def _place(thing: Object) -> tuple[str, str]:
    return str(thing["metadata"].get("namespace", "")), str(thing["metadata"]["name"])
