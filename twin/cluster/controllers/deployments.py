"""Deployments: one ReplicaSet for each template, and the way from the old to the new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.controllers.loop import Key, Loop, owner_key
from twin.cluster.controllers.pod_templates import template_hash
from twin.cluster.controllers.rollout_status import write_conditions
from twin.cluster.controllers.rollouts import (
    REVISION,
    SETS,
    Rollout,
    bounds,
    first_replicas,
    limits,
    revision_of,
    total,
)
from twin.cluster.shapes import (
    Object,
    annotations_of,
    condition,
    instant,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    put_counts,
)
from twin.json_copies import clone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.cluster.objects import Timer
    from twin.cluster.store import Change

_DEPLOYMENTS, _HASH = "deployments.apps", "pod-template-hash"


class Deployments:
    """The Deployment controller."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._objects = loop.objects
        self._deadlines: dict[Key, Timer] = {}

    def concerns(self, change: Change) -> Iterable[Key]:
        """Names the deployment itself, and the deployment of a ReplicaSet."""
        if change.resource == _DEPLOYMENTS:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == SETS:
            yield from owner_key(change, "Deployment")

    def reconcile(self, key: Key) -> None:
        """Scales and rolls the sets, then tells how far it is."""
        deployment = self._objects.get(_DEPLOYMENTS, *key)
        if deployment is None or is_terminating(deployment):
            return
        name = template_hash(deployment["spec"]["template"])
        sets = self._objects.owned(SETS, deployment)
        new = _set_named(sets, name)
        old = [replica_set for replica_set in sets if replica_set is not new]
        paused = deployment["spec"].get("paused", False)
        if new is None and not paused:
            new = self._new_set(deployment, name, sets)
        rollout = Rollout(self._objects, deployment)
        if paused:
            rollout.follow(new, old)
        elif deployment["spec"]["strategy"]["type"] == "Recreate":
            rollout.recreate(new, old)
        else:
            rollout.roll(new, old)
        self._forget_history(deployment, old)
        self._write_status(key, name)

    def _new_set(self, deployment: Object, name: str, sets: list[Object]) -> Object:
        template = clone(deployment["spec"]["template"])
        template["metadata"].setdefault("labels", {})[_HASH] = name
        selector = clone(deployment["spec"]["selector"])
        selector.setdefault("matchLabels", {})[_HASH] = name
        revision = 1 + max(map(revision_of, sets), default=0)
        spec = {"replicas": first_replicas(deployment, sets), "selector": selector, "template": template}
        if deployment["spec"].get("minReadySeconds"):
            spec["minReadySeconds"] = deployment["spec"]["minReadySeconds"]
        meta = {
            "name": f"{name_of(deployment)}-{name}",
            "namespace": namespace_of(deployment),
            "labels": clone(template["metadata"]["labels"]),
            "annotations": {REVISION: str(revision), **bounds(deployment)},
            "ownerReferences": [owner_reference("apps/v1", "Deployment", deployment)],
        }
        return self._objects.create(SETS, {"metadata": meta, "spec": spec})

    def _forget_history(self, deployment: Object, old: list[Object]) -> None:
        empty = sorted(
            (entry for entry in old if not entry["spec"]["replicas"] and not entry["status"].get("replicas")),
            key=revision_of,
        )
        for replica_set in empty[: max(0, len(empty) - deployment["spec"]["revisionHistoryLimit"])]:
            self._objects.remove(SETS, replica_set)

    def _write_status(self, key: Key, name: str) -> None:
        deployment = self._objects.get(_DEPLOYMENTS, *key)
        if deployment is None:
            return
        sets = self._objects.owned(SETS, deployment)
        new = _set_named(sets, name)
        desired = deployment["spec"]["replicas"]
        up = total(sets, "availableReplicas")
        counts = {
            "observedGeneration": deployment["metadata"]["generation"],
            "replicas": total(sets, "replicas"),
            "updatedReplicas": total([new] if new else [], "replicas"),
            "readyReplicas": total(sets, "readyReplicas"),
            "availableReplicas": up,
            "unavailableReplicas": max(0, max(desired, total(sets, "replicas")) - up),
        }
        done = counts["updatedReplicas"] == counts["replicas"] == desired == up
        enough = up >= desired - limits(deployment)[1]

        def write(obj: Object) -> None:
            status = obj.setdefault("status", {})
            moved = any(status.get(field, 0) != value for field, value in counts.items())
            put_counts(status, counts)
            status["terminatingReplicas"] = total(sets, "terminatingReplicas")
            if new is not None:
                notes = obj["metadata"].setdefault("annotations", {})
                notes[REVISION] = annotations_of(new)[REVISION]
            named = "" if new is None else name_of(new)
            write_conditions(
                status, self._loop, enough=enough, done=done, moved=moved, spec=obj["spec"], new=named
            )

        self._objects.modify(_DEPLOYMENTS, *key, write)
        timer = self._deadlines.pop(key, None)
        if timer is not None:
            timer.cancel()
        if not done and not deployment["spec"].get("paused"):
            self._watch_deadline(key, deployment)

    def _watch_deadline(self, key: Key, deployment: Object) -> None:
        stored = self._objects.get(_DEPLOYMENTS, *key)
        progress = None if stored is None else condition(stored, "Progressing")
        if (
            progress is None
            or progress["reason"] == "ProgressDeadlineExceeded"
            or not progress.get("lastUpdateTime")
        ):
            return
        spent = (self._objects.clock.now - instant(progress["lastUpdateTime"])).total_seconds()
        left = deployment["spec"]["progressDeadlineSeconds"] - spent
        self._deadlines[key] = self._loop.later(
            max(left, 0) + 1, lambda: self._loop.requeue(self, key), "Deployment progress deadline"
        )


def _set_named(sets: list[Object], template_name: str) -> Object | None:
    """Returns the set of the template with this name; None when there is none yet."""
    return next((entry for entry in sets if labels_of(entry).get(_HASH) == template_name), None)
