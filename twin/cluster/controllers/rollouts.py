"""Rollouts: how a Deployment's replicas move from its old ReplicaSets to the new one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.shapes import Object, annotations_of, name_of, namespace_of, share

if TYPE_CHECKING:
    from twin.cluster.objects import Objects

SETS, REVISION = "replicasets.apps", "deployment.kubernetes.io/revision"


def limits(deployment: Object) -> tuple[int, int]:
    """Returns how many pods more than desired, and how many fewer, a rollout may have."""
    strategy, desired = deployment["spec"]["strategy"], deployment["spec"]["replicas"]
    if strategy["type"] == "Recreate":
        return 0, desired
    rolling = strategy["rollingUpdate"]
    surge = share(rolling["maxSurge"], desired, round_up=True)
    missing = share(rolling["maxUnavailable"], desired, round_up=False)
    # Both zero would never move: Kubernetes lets one pod go then.
    return surge, min(desired, max(missing, 0 if surge else 1))


def total(sets: list[Object], field: str) -> int:
    """Returns the sum of a count over the statuses of ReplicaSets."""
    return sum(_status(replica_set, field) for replica_set in sets)


def revision_of(replica_set: Object) -> int:
    """Returns the number of the rollout that made a set; 0 when it says none."""
    return int(annotations_of(replica_set).get(REVISION, "0"))


def bounds(deployment: Object) -> dict[str, str]:
    """Returns the annotations by which a set remembers its Deployment as it was when the set was scaled."""
    desired = deployment["spec"]["replicas"]
    most = desired + limits(deployment)[0]
    note = "deployment.kubernetes.io"
    return {f"{note}/desired-replicas": str(desired), f"{note}/max-replicas": str(most)}


def first_replicas(deployment: Object, old: list[Object]) -> int:
    """Returns how many pods a new set begins with: all, or what the old ones leave room for."""
    desired, held = deployment["spec"]["replicas"], _replicas(old)
    if not held:
        return int(desired)
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return 0
    return int(max(0, min(desired + limits(deployment)[0] - held, desired)))


class Rollout:
    """Scales the ReplicaSets of one Deployment, one step towards what it asks for.

    Args:
        objects: The cluster's objects.
        deployment: Whose sets they are.
    """

    def __init__(self, objects: Objects, deployment: Object) -> None:
        self._objects = objects
        self._deployment = deployment
        self._desired: int = deployment["spec"]["replicas"]

    def follow(self, new: Object | None, old: list[Object]) -> None:
        """Lets a paused Deployment's sets follow its replicas, without a rollout."""
        active = new or max(old, key=lambda replica_set: replica_set["spec"]["replicas"], default=None)
        if active is not None:
            others = _replicas([replica_set for replica_set in old if replica_set is not active])
            self._scale(active, max(0, self._desired - others))

    def recreate(self, new: Object | None, old: list[Object]) -> None:
        """Ends the old sets' pods, and starts the new set's once they are gone."""
        for replica_set in old:
            self._scale(replica_set, 0)
        gone = all(not _status(self._stored(replica_set), "replicas") for replica_set in old)
        if new is not None and gone:
            self._scale(new, self._desired)

    def roll(self, new: Object | None, old: list[Object]) -> None:
        """Grows the new set as the surge allows, and shrinks the old ones as long as enough pods are left."""
        if new is None:
            return
        surge, missing = limits(self._deployment)
        have, held = new["spec"]["replicas"], _replicas([new, *old])
        if have > self._desired or not _replicas(old):
            self._scale(new, self._desired)
        elif have < self._desired:
            self._scale(new, have + max(0, min(self._desired + surge - held, self._desired - have)))
        self._shrink(new, old, self._desired - missing)

    def _shrink(self, new: Object, old: list[Object], least: int) -> None:
        """Takes from the old sets what the new one has made up for: broken pods first, then the oldest."""
        fresh = self._stored(new)
        up = _status(fresh, "availableReplicas")
        room = _replicas([fresh, *old]) - least - (fresh["spec"]["replicas"] - up)
        oldest_first = sorted(old, key=revision_of)
        for replica_set in oldest_first:
            broken = replica_set["spec"]["replicas"] - _status(replica_set, "availableReplicas")
            room -= self._take(replica_set, min(room, broken))
        oldest_first = [self._stored(replica_set) for replica_set in oldest_first]
        spare = up + total(oldest_first, "availableReplicas") - least
        for replica_set in oldest_first:
            taken = self._take(replica_set, min(spare, room, replica_set["spec"]["replicas"]))
            spare -= taken
            room -= taken

    def _take(self, replica_set: Object, pods: int) -> int:
        """Scales a set down by so many pods, and returns how many that were: none for a number below one."""
        if pods <= 0:
            return 0
        self._scale(replica_set, replica_set["spec"]["replicas"] - pods)
        return pods

    def _stored(self, replica_set: Object) -> Object:
        """Returns the set as it is by now; as it was when it is gone."""
        return self._objects.get(SETS, namespace_of(replica_set), name_of(replica_set)) or replica_set

    def _scale(self, replica_set: Object, replicas: int) -> None:
        def write(obj: Object) -> None:
            obj["spec"]["replicas"] = replicas
            obj["metadata"]["annotations"] = {**annotations_of(obj), **bounds(self._deployment)}

        self._objects.modify(SETS, namespace_of(replica_set), name_of(replica_set), write)


def _replicas(sets: list[Object]) -> int:
    return sum(replica_set["spec"]["replicas"] for replica_set in sets)


def _status(replica_set: Object, field: str) -> int:
    return int((replica_set.get("status") or {}).get(field, 0))
