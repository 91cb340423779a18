"""What can be done where FIS is absent: one pod's eviction, which is over at once and needs no stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.core.errors import SafetyRefusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.chaos.policy.experiment import Experiment

ALONE = "pod-kill"
"""The one fault that needs no envelope: the API server asks the budget, and there is nothing to take back."""


def evictions(experiment: Experiment, pods: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """Returns the evictions that take the place of the fault, one a pod.

    Args:
        experiment: The experiment.
        pods: Names of the pods that are hit.

    Raises:
        SafetyRefusal: The fault lasts, so without FIS nothing outside the cluster could stop it.
    """
    if experiment.fault.name != ALONE:
        raise SafetyRefusal(
            f"{experiment.fault.name} needs FIS: without it nothing outside the cluster could stop the "
            f"fault, or nothing could begin it; only {ALONE} is done by evictions"
        )
    return tuple(
        {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod, "namespace": experiment.target.namespace},
        }
        for pod in pods
    )
