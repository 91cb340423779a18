"""Whether what was applied has become what was asked for: a Deployment rolled out, a Job ended well."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toban.manifests.rendering import Object


class FailedError(Exception):
    """It ended badly and waiting longer changes nothing; the message says what, where and what to do."""


def done(thing: Object) -> bool:
    """Tells whether the object, as the cluster has it now, is rolled out.

    Raises:
        FailedError: a Job failed, or a Deployment gave up.
    """
    status = thing.get("status") or {}
    spec = thing["spec"]
    if thing["kind"] == "Job":
        return _job(thing, status)
    if thing["kind"] == "Rollout":
        return _canary(thing, status)
    if status.get("observedGeneration", 0) < thing["metadata"].get("generation", 0):
        return False
    if thing["kind"] == "DaemonSet":
        wanted: int = status.get("desiredNumberScheduled", 0)
        return bool(status.get("updatedNumberScheduled", 0) >= wanted <= status.get("numberAvailable", 0))
    _refuse_given_up(thing, status)
    wanted = spec.get("replicas", 1)
    counts = [status.get(name, 0) for name in ("updatedReplicas", "availableReplicas", "replicas")]
    return bool(min(counts) >= wanted >= max(counts))


def _job(thing: Object, status: Object) -> bool:
    conditions = {
        condition["type"]: condition
        for condition in status.get("conditions", ())
        if condition["status"] == "True"
    }
    if "Failed" in conditions:
        name = thing["metadata"]["name"]
        raise FailedError(
            f"{name} failed ({conditions['Failed'].get('message', 'no reason given')}) and nothing after it "
            f"was applied: read `kubectl logs job/{name}`, mend the cause, then apply again"
        )
    return "Complete" in conditions


def _canary(thing: Object, status: Object) -> bool:
    if str(status.get("observedGeneration", "")) != str(thing["metadata"].get("generation", "")):
        return False
    if status.get("phase") == "Degraded":
        name, why = thing["metadata"]["name"], status.get("message", "no reason given")
        raise FailedError(
            f"the canary of {name} was aborted ({why}) and the version before it has all requests again: "
            "mend the cause and release anew"
        )
    return bool(status.get("phase") == "Healthy")


def _refuse_given_up(thing: Object, status: Object) -> None:
    for condition in status.get("conditions", ()):
        if condition.get("reason") == "ProgressDeadlineExceeded":
            name = thing["metadata"]["name"]
            raise FailedError(
                f"{thing['kind']} {name} gave up: {condition.get('message', '')}; the pods before it go on "
                f"serving: `kubectl describe pods -l app={name}` says why"
            )
