"""Faults of what runs on the cluster: a budget, a leak, a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cluster.controllers.kubelets import NEVER_READY
from twin.json_copies import clone
from twin.monitoring import load
from twin.scenarios.arrangements import protected_by_budget

if TYPE_CHECKING:
    from twin.rehearsal.undoing import Undo
    from twin.world import World
    from twin.world.environment import Environment

NAMESPACE, API = "app-production", "api-service"
BAD_IMAGE = load.BAD.image
LEAK = "64Gi"
"""What the leaking pods use together, far more than they ask for: the autoscaler goes to its limit."""


def block_budget(_world: World, environment: Environment, _of: str) -> Undo:
    """Brings a workload with a pod on every node, whose budget lets none of them go."""
    cluster, objects = environment.cluster, protected_by_budget()
    cluster.apply(*objects)
    return lambda: cluster.take(*objects)


def leak(_world: World, environment: Environment, _of: str) -> Undo:
    """Lets the API's pods take ever more memory."""
    cluster, strain = environment.cluster, environment.strain
    cluster.set_load("Deployment", NAMESPACE, API, memory=LEAK)
    strain.leaks_since = environment.clock.now

    def undo() -> None:
        strain.leaks_since = None
        cluster.set_load("Deployment", NAMESPACE, API)

    return undo


def release_badly(_world: World, environment: Environment, _of: str) -> Undo:
    """Releases an API whose pods never become ready; the rollout stands still where its budget stops it.

    Raises:
        LookupError: There is no API to release to.
    """
    good = _api_of(environment)
    bad = clone(good)
    template = bad["spec"]["template"]
    template["metadata"]["annotations"] = {
        **(template["metadata"].get("annotations") or {}),
        NEVER_READY: "true",
    }
    template["spec"]["containers"][0]["image"] = BAD_IMAGE
    _write_template(environment, bad)
    return lambda: _write_template(environment, good)


def release_failing(_world: World, environment: Environment, _of: str) -> Undo:
    """Releases an API whose pods are ready, answer slowly, and every sixth time with an error.

    Raises:
        LookupError: There is no API to release to.
    """
    good = _api_of(environment)
    environment.cluster.release(NAMESPACE, API, BAD_IMAGE)
    return lambda: _write_template(environment, good)


def shut_door(_world: World, environment: Environment, _of: str) -> Undo:
    """Takes the Ingress away, and with it the load balancer: nobody gets in.

    Raises:
        LookupError: There is none.
    """
    cluster = environment.cluster
    doors = [clone(each) for each in cluster.objects.listing("ingresses.networking.k8s.io", NAMESPACE)]
    if not doors:
        raise LookupError(f"{environment.name} has no Ingress.")
    cluster.take(*doors)
    return lambda: cluster.apply(*(_as_given(each) for each in doors))


def _as_given(obj: dict[str, Any]) -> dict[str, Any]:
    kept = ("name", "namespace", "labels", "annotations")
    metadata = {key: value for key, value in obj["metadata"].items() if key in kept}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": metadata, "spec": obj["spec"]}


def _api_of(environment: Environment) -> dict[str, Any]:
    """Returns the API's Deployment as it is before a release; a LookupError says that there is none."""
    found = environment.cluster.objects.get("deployments.apps", NAMESPACE, API)
    if found is None:
        raise LookupError(f"{environment.name} has no Deployment {NAMESPACE}/{API}.")
    copied: dict[str, Any] = clone(found)
    return copied


def _write_template(environment: Environment, wanted: dict[str, object]) -> None:
    """Changes the Deployment's pods and nothing else: its replicas are the autoscaler's or the night's."""
    now = environment.cluster.objects.get("deployments.apps", NAMESPACE, API)
    if now is not None:
        changed = clone(now)
        changed["spec"]["template"] = clone(wanted)["spec"]["template"]
        environment.cluster.apply(changed)
