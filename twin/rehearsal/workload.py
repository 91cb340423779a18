"""Faults of what runs on the cluster: a budget, a leak, a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.controllers.kubelets import NEVER_READY
from twin.json_copies import clone
from twin.scenarios.arrangements import protected_by_budget

if TYPE_CHECKING:
    from twin.rehearsal.undoing import Undo
    from twin.world import World
    from twin.world.environment import Environment

NAMESPACE, API = "app-production", "api-service"
BAD_IMAGE = "example/api-service@sha256:" + "b" * 64
LEAK = "64Gi"
"""What the leaking pods use together, far more than they ask for: the autoscaler goes to its limit."""


def block_budget(_world: World, environment: Environment, _of: str) -> Undo:
    """Brings a workload with a pod on every node, whose budget lets none of them go."""
    cluster, objects = environment.cluster, protected_by_budget()
    cluster.apply(*objects)
    return lambda: cluster.take(*objects)


def leak(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets the API's pods take ever more memory."""
    cluster = environment.cluster
    cluster.set_load("Deployment", NAMESPACE, API, memory=LEAK)
    return lambda: cluster.set_load("Deployment", NAMESPACE, API)


def release_badly(_world: World, environment: Environment, _of: str) -> Undo:
    """Releases an API whose pods never become ready; the rollout stands still where its budget stops it.

    Raises:
        LookupError: There is no API to release to.
    """
    cluster = environment.cluster
    found = cluster.objects.get("deployments.apps", NAMESPACE, API)
    if found is None:
        raise LookupError(f"{environment.name} has no Deployment {NAMESPACE}/{API}.")
    good, bad = clone(found), clone(found)
    template = bad["spec"]["template"]
    template["metadata"]["annotations"] = {
        **(template["metadata"].get("annotations") or {}),
        NEVER_READY: "true",
    }
    template["spec"]["containers"][0]["image"] = BAD_IMAGE
    _write_template(environment, bad)
    return lambda: _write_template(environment, good)


def _write_template(environment: Environment, wanted: dict[str, object]) -> None:
    """Changes the Deployment's pods and nothing else: its replicas are the autoscaler's or the night's."""
    now = environment.cluster.objects.get("deployments.apps", NAMESPACE, API)
    if now is not None:
        changed = clone(now)
        changed["spec"]["template"] = clone(wanted)["spec"]["template"]
        environment.cluster.apply(changed)
