"""What a Deployment says of its rollout, in the controller's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.shapes import Object, instant, set_condition, stamp

if TYPE_CHECKING:
    from twin.cluster.controllers.loop import Loop


def write_conditions(
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
    message = f'ReplicaSet "{new}" is progressing.'
    if done:
        reason, state, message = (
            "NewReplicaSetAvailable",
            "True",
            f'ReplicaSet "{new}" has successfully progressed.',
        )
    elif late and not spec.get("paused"):
        reason, state, message = (
            "ProgressDeadlineExceeded",
            "False",
            f'ReplicaSet "{new}" has timed out progressing.',
        )
    else:
        reason, state = "ReplicaSetUpdated", "True"
    entry = {"type": "Progressing", "status": state, "reason": reason, "lastUpdateTime": updated}
    set_condition(status, now, {**entry, "message": message})
