"""What a rollout may do, and what a Deployment says of it in the controller's own words."""

from twin.cluster.controllers.loop import Loop
from twin.cluster.shapes import Object, instant, set_condition, share, stamp


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


def total(sets: list[Object], field: str) -> int:
    """The sum of a count over the statuses of ReplicaSets."""
    return sum((one.get("status") or {}).get(field, 0) for one in sets)


def tell_conditions(
    status: Object, loop: Loop, *, enough: bool, done: bool, moved: bool, spec: Object, new: str
) -> None:
    """Writes Available and Progressing into a Deployment's status.

    Args:
        status: Its status, with the counts of now.
        loop: Tells the time.
        enough: Whether as many pods are available as a rollout must leave.
        done: Whether the newest set is all there is, and whole.
        moved: Whether any count changed, which is what progress means.
        spec: Its spec.
        new: The newest set's name.
    """
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
    told = f'ReplicaSet "{new}" is progressing.'
    if done:
        reason, state, told = (
            "NewReplicaSetAvailable",
            "True",
            f'ReplicaSet "{new}" has successfully progressed.',
        )
    elif late and not spec.get("paused"):
        reason, state, told = (
            "ProgressDeadlineExceeded",
            "False",
            f'ReplicaSet "{new}" has timed out progressing.',
        )
    else:
        reason, state = "ReplicaSetUpdated", "True"
    entry = {"type": "Progressing", "status": state, "reason": reason, "lastUpdateTime": updated}
    set_condition(status, now, {**entry, "message": told})
