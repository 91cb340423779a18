"""Deployments: one ReplicaSet for each template, and the way from the old to the new."""

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from twin.cluster.controllers.loop import Key, Loop, owner_key
from twin.cluster.controllers.rollout_status import limits, tell_conditions, total
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


def _bounds(wanted: Object) -> dict[str, str]:
    """What a set remembers of its deployment when it was scaled."""
    desired = wanted["spec"]["replicas"]
    most = desired + limits(wanted)[0]
    note = "deployment.kubernetes.io"
    return {f"{note}/desired-replicas": str(desired), f"{note}/max-replicas": str(most)}


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
        first = self._first_replicas(wanted, sets)
        spec = {"replicas": first, "selector": selector, "template": template}
        if wanted["spec"].get("minReadySeconds"):
            spec["minReadySeconds"] = wanted["spec"]["minReadySeconds"]
        meta = {
            "name": f"{name_of(wanted)}-{name}",
            "namespace": namespace_of(wanted),
            "labels": clone(template["metadata"]["labels"]),
            "annotations": {_REVISION: str(revision), **_bounds(wanted)},
            "ownerReferences": [owner_reference("apps/v1", "Deployment", wanted)],
        }
        return self._objects.create(_SETS, {"metadata": meta, "spec": spec})

    @staticmethod
    def _first_replicas(wanted: Object, old: list[Object]) -> int:
        """How many pods a new set begins with: all, or what the old ones leave room for."""
        desired, held = wanted["spec"]["replicas"], sum(one["spec"]["replicas"] for one in old)
        if not held:
            return int(desired)
        if wanted["spec"]["strategy"]["type"] == "Recreate":
            return 0
        return int(max(0, min(desired + limits(wanted)[0] - held, desired)))

    def _scale(self, wanted: Object, one: Object, replicas: int) -> None:
        def write(obj: Object) -> None:
            obj["spec"]["replicas"] = replicas
            obj["metadata"]["annotations"] = {**annotations_of(obj), **_bounds(wanted)}

        self._objects.modify(_SETS, namespace_of(one), name_of(one), write)

    def _scale_only(self, wanted: Object, new: Object | None, old: list[Object]) -> None:
        """A paused deployment follows its replicas but starts no rollout."""
        active = new or max(old, key=lambda one: one["spec"]["replicas"], default=None)
        if active is not None:
            others = sum(one["spec"]["replicas"] for one in old if one is not active)
            self._scale(wanted, active, max(0, wanted["spec"]["replicas"] - others))

    def _recreate(self, wanted: Object, new: Object | None, old: list[Object]) -> None:
        for one in old:
            self._scale(wanted, one, 0)
        gone = all(
            not (self._objects.get(_SETS, namespace_of(one), name_of(one)) or one)
            .get("status", {})
            .get("replicas")
            for one in old
        )
        if new is not None and gone:
            self._scale(wanted, new, wanted["spec"]["replicas"])

    def _roll(self, wanted: Object, new: Object | None, old: list[Object]) -> None:
        if new is None:
            return
        desired = wanted["spec"]["replicas"]
        surge, missing = limits(wanted)
        total = sum(one["spec"]["replicas"] for one in [new, *old])
        have = new["spec"]["replicas"]
        if have > desired or not any(one["spec"]["replicas"] for one in old):
            self._scale(wanted, new, desired)
        elif have < desired:
            self._scale(wanted, new, have + max(0, min(desired + surge - total, desired - have)))
        self._shrink(wanted, new, old, desired - missing)

    def _shrink(self, wanted: Object, new: Object, old: list[Object], least: int) -> None:
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
                self._scale(wanted, one, one["spec"]["replicas"] - less)
                room -= less
        order = [self._objects.get(_SETS, namespace_of(one), name_of(one)) or one for one in order]
        spare = up + sum(one.get("status", {}).get("availableReplicas", 0) for one in order) - least
        for one in order:
            less = min(spare, room, one["spec"]["replicas"])
            if less > 0:
                self._scale(wanted, one, one["spec"]["replicas"] - less)
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
        up = total(sets, "availableReplicas")
        counts = {
            "observedGeneration": wanted["metadata"]["generation"],
            "replicas": total(sets, "replicas"),
            "updatedReplicas": total([new] if new else [], "replicas"),
            "readyReplicas": total(sets, "readyReplicas"),
            "availableReplicas": up,
            "unavailableReplicas": max(0, max(desired, total(sets, "replicas")) - up),
        }
        done = counts["updatedReplicas"] == counts["replicas"] == desired == up
        enough = up >= desired - limits(wanted)[1]

        def write(obj: Object) -> None:
            status = obj.setdefault("status", {})
            moved = any(status.get(field, 0) != value for field, value in counts.items())
            put_counts(status, counts)
            status["terminatingReplicas"] = total(sets, "terminatingReplicas")
            if new is not None:
                notes = obj["metadata"].setdefault("annotations", {})
                notes[_REVISION] = annotations_of(new)[_REVISION]
            named = "" if new is None else name_of(new)
            tell_conditions(
                status, self._loop, enough=enough, done=done, moved=moved, spec=obj["spec"], new=named
            )

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
