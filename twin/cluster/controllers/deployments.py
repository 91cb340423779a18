"""Deployments: one ReplicaSet for each template, and the way from the old to the new."""

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from twin.cluster.controllers.loop import Key, Loop, owner_key
from twin.cluster.shapes import (
    Object,
    annotations_of,
    clone,
    condition,
    instant,
    is_terminating,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    put_counts,
    set_condition,
    share,
    stamp,
)
from twin.cluster.store import Change

if TYPE_CHECKING:
    from twin.cluster.objects import Timer

_DEPLOYMENTS, _SETS = "deployments.apps", "replicasets.apps"
_HASH, _REVISION = "pod-template-hash", "deployment.kubernetes.io/revision"
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Object) -> str:
    """A short name for a pod template; equal templates have equal names."""
    text = json.dumps(template, sort_keys=True)
    digest = hashlib.sha256(text.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:10])


class Deployments:
    """The Deployment controller."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._objects = loop.objects
        self._deadlines: dict[Key, Timer] = {}

    def concerns(self, change: Change) -> Iterable[Key]:
        """The deployment itself, and the deployment of a ReplicaSet."""
        if change.resource == _DEPLOYMENTS:
            yield namespace_of(change.after), name_of(change.after)
        elif change.resource == _SETS:
            yield from owner_key(change, "Deployment")

    def reconcile(self, key: Key) -> None:
        """Scales and rolls the sets, then tells how far it is."""
        wanted = self._objects.get(_DEPLOYMENTS, *key)
        if wanted is None or is_terminating(wanted):
            return
        name = template_hash(wanted["spec"]["template"])
        sets = self._objects.owned(_SETS, wanted)
        new = next((one for one in sets if labels_of(one).get(_HASH) == name), None)
        old = [one for one in sets if one is not new]
        paused = wanted["spec"].get("paused", False)
        if new is None and not paused:
            new = self._new_set(wanted, name, sets)
        if paused:
            self._scale_only(wanted, new, old)
        elif wanted["spec"]["strategy"]["type"] == "Recreate":
            self._recreate(wanted, new, old)
        else:
            self._roll(wanted, new, old)
        self._forget_history(wanted, old)
        self._tell(key, name)

    def _new_set(self, wanted: Object, name: str, sets: list[Object]) -> Object:
        template = clone(wanted["spec"]["template"])
        template["metadata"].setdefault("labels", {})[_HASH] = name
        selector = clone(wanted["spec"]["selector"])
        selector.setdefault("matchLabels", {})[_HASH] = name
        revision = 1 + max((int(annotations_of(one).get(_REVISION, "0")) for one in sets), default=0)
        spec = {"replicas": 0, "selector": selector, "template": template}
        if wanted["spec"].get("minReadySeconds"):
            spec["minReadySeconds"] = wanted["spec"]["minReadySeconds"]
        meta = {
            "name": f"{name_of(wanted)}-{name}",
            "namespace": namespace_of(wanted),
            "labels": clone(template["metadata"]["labels"]),
            "annotations": {_REVISION: str(revision)},
            "ownerReferences": [owner_reference("apps/v1", "Deployment", wanted)],
        }
        return self._objects.create(_SETS, {"metadata": meta, "spec": spec})

    def _scale(self, one: Object, replicas: int) -> None:
        def write(obj: Object) -> None:
            obj["spec"]["replicas"] = replicas

        self._objects.modify(_SETS, namespace_of(one), name_of(one), write)

    def _scale_only(self, wanted: Object, new: Object | None, old: list[Object]) -> None:
        """A paused deployment follows its replicas but starts no rollout."""
        active = new or max(old, key=lambda one: one["spec"]["replicas"], default=None)
        if active is not None:
            others = sum(one["spec"]["replicas"] for one in old if one is not active)
            self._scale(active, max(0, wanted["spec"]["replicas"] - others))

    def _recreate(self, wanted: Object, new: Object | None, old: list[Object]) -> None:
        for one in old:
            self._scale(one, 0)
        gone = all(
            not (self._objects.get(_SETS, namespace_of(one), name_of(one)) or one)
            .get("status", {})
            .get("replicas")
            for one in old
        )
        if new is not None and gone:
            self._scale(new, wanted["spec"]["replicas"])

    def _roll(self, wanted: Object, new: Object | None, old: list[Object]) -> None:
        if new is None:
            return
        desired = wanted["spec"]["replicas"]
        surge, missing = limits(wanted)
        total = sum(one["spec"]["replicas"] for one in [new, *old])
        have = new["spec"]["replicas"]
        if have > desired or not any(one["spec"]["replicas"] for one in old):
            self._scale(new, desired)
        elif have < desired:
            self._scale(new, have + max(0, min(desired + surge - total, desired - have)))
        self._shrink(new, old, desired - missing)

    def _shrink(self, new: Object, old: list[Object], least: int) -> None:
        """Takes from the old sets what the new one has made up for: broken pods first, then the oldest."""
        fresh = self._objects.get(_SETS, namespace_of(new), name_of(new)) or new
        up = fresh.get("status", {}).get("availableReplicas", 0)
        total = sum(one["spec"]["replicas"] for one in [fresh, *old])
        room = total - least - (fresh["spec"]["replicas"] - up)
        order = sorted(old, key=lambda one: int(annotations_of(one).get(_REVISION, "0")))
        for one in order:
            broken = one["spec"]["replicas"] - one.get("status", {}).get("availableReplicas", 0)
            less = min(room, broken)
            if less > 0:
                self._scale(one, one["spec"]["replicas"] - less)
                room -= less
        order = [self._objects.get(_SETS, namespace_of(one), name_of(one)) or one for one in order]
        spare = up + sum(one.get("status", {}).get("availableReplicas", 0) for one in order) - least
        for one in order:
            less = min(spare, room, one["spec"]["replicas"])
            if less > 0:
                self._scale(one, one["spec"]["replicas"] - less)
                spare -= less
                room -= less

    def _forget_history(self, wanted: Object, old: list[Object]) -> None:
        empty = [one for one in old if not one["spec"]["replicas"] and not one["status"].get("replicas")]
        empty.sort(key=lambda one: int(annotations_of(one).get(_REVISION, "0")))
        for one in empty[: max(0, len(empty) - wanted["spec"]["revisionHistoryLimit"])]:
            self._objects.remove(_SETS, one)

    def _tell(self, key: Key, name: str) -> None:
        wanted = self._objects.get(_DEPLOYMENTS, *key)
        if wanted is None:
            return
        sets = self._objects.owned(_SETS, wanted)
        new = next((one for one in sets if labels_of(one).get(_HASH) == name), None)
        desired = wanted["spec"]["replicas"]
        up = _sum(sets, "availableReplicas")
        counts = {
            "observedGeneration": wanted["metadata"]["generation"],
            "replicas": _sum(sets, "replicas"),
            "updatedReplicas": _sum([new] if new else [], "replicas"),
            "readyReplicas": _sum(sets, "readyReplicas"),
            "availableReplicas": up,
            "unavailableReplicas": max(0, max(desired, _sum(sets, "replicas")) - up),
        }
        done = counts["updatedReplicas"] == counts["replicas"] == desired == up
        enough = up >= desired - limits(wanted)[1]

        def write(obj: Object) -> None:
            status = obj.setdefault("status", {})
            moved = any(status.get(field, 0) != value for field, value in counts.items())
            put_counts(status, counts)
            _conditions(status, self._loop, enough=enough, done=done, moved=moved, spec=obj["spec"])

        self._objects.modify(_DEPLOYMENTS, *key, write)
        timer = self._deadlines.pop(key, None)
        if timer is not None:
            timer.cancel()
        if not done and not wanted["spec"].get("paused"):
            self._watch_deadline(key, wanted)

    def _watch_deadline(self, key: Key, wanted: Object) -> None:
        stored = self._objects.get(_DEPLOYMENTS, *key)
        progress = None if stored is None else condition(stored, "Progressing")
        if (
            progress is None
            or progress["reason"] == "ProgressDeadlineExceeded"
            or not progress.get("lastUpdateTime")
        ):
            return
        spent = (self._objects.clock.now - instant(progress["lastUpdateTime"])).total_seconds()
        left = wanted["spec"]["progressDeadlineSeconds"] - spent
        self._deadlines[key] = self._loop.later(
            max(left, 0) + 1, lambda: self._loop.look(self, key), "Deployment progress deadline"
        )


def limits(wanted: Object) -> tuple[int, int]:
    """How many pods more than desired, and how many fewer, a rollout may have."""
    strategy, desired = wanted["spec"]["strategy"], wanted["spec"]["replicas"]
    if strategy["type"] == "Recreate":
        return 0, desired
    rolling = strategy["rollingUpdate"]
    surge = share(rolling["maxSurge"], desired, round_up=True)
    missing = share(rolling["maxUnavailable"], desired, round_up=False)
    # Both zero would never move: Kubernetes lets one pod go then.
    return surge, min(desired, max(missing, 0 if surge else 1))


def _sum(sets: list[Object], field: str) -> int:
    return sum((one.get("status") or {}).get(field, 0) for one in sets)


def _conditions(status: Object, loop: Loop, *, enough: bool, done: bool, moved: bool, spec: Object) -> None:
    now = loop.objects.clock.now
    reason = "MinimumReplicasAvailable" if enough else "MinimumReplicasUnavailable"
    text = (
        "Deployment has minimum availability." if enough else "Deployment does not have minimum availability."
    )
    set_condition(
        status, now, {"type": "Available", "status": str(enough), "reason": reason, "message": text}
    )
    old = next((entry for entry in status["conditions"] if entry["type"] == "Progressing"), None)
    updated = old["lastUpdateTime"] if old and not moved else stamp(now)
    late = (now - instant(updated)).total_seconds() > spec["progressDeadlineSeconds"]
    if done:
        reason, state = "NewReplicaSetAvailable", "True"
    elif late and not spec.get("paused"):
        reason, state = "ProgressDeadlineExceeded", "False"
    else:
        reason, state = "ReplicaSetUpdated", "True"
    entry = {"type": "Progressing", "status": state, "reason": reason, "lastUpdateTime": updated}
    set_condition(status, now, {**entry, "message": ""})
