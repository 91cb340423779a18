"""The cluster from inside, through the official client's connection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from kubernetes import client

from functions.adapters import kubernetes_values as values
from functions.adapters.kubernetes_errors import GONE, gone_is_fine, sentence_of, translated
from functions.adapters.kubernetes_fences import covered, read_each, tiers
from functions.adapters.kubernetes_rest import Rest
from functions.adapters.other_controllers import (
    OPTED_IN,
    ROLLOUTS,
    SCALED_OBJECTS,
    Kind,
    listed,
    other_controllers_in,
    scaled_objects,
)
from functions.core import names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from functions.core.cluster import Bounds, CronJob, Node, Pod, ScaledObject, Workload
    from functions.core.other_controllers import OtherControllers

_T = TypeVar("_T")
UNAUTHORIZED = 401
CRONJOBS = Kind("batch/v1", "cronjobs")
KINDS = {
    "Deployment": Kind("apps/v1", "deployments"),
    "StatefulSet": Kind("apps/v1", "statefulsets"),
    "Rollout": ROLLOUTS,
}


class KubernetesCluster:
    """One cluster's API."""

    def __init__(self, *, api: client.ApiClient) -> None:
        """Remembers the connection."""
        self._rest = Rest(api)
        self._unreadable: dict[str, tuple[str, ...]] = {}
        self._tiers: dict[str, str] | None = None

    def nodes(self) -> tuple[Node, ...]:
        """Returns the nodes of all managed node groups, by name."""
        with translated("listing nodes"):
            found = self._rest.list("/api/v1/nodes", labelSelector=names.NODEGROUP_LABEL)
        self._tiers = None  # whoever drains lists the nodes first, and the namespaces once in that pass
        return tuple(sorted(self._read("nodes", found, values.node), key=lambda node: node.name))

    def workloads(self, *, beside: Iterable[Workload] = ()) -> tuple[Workload, ...]:
        """Returns the workloads that opted in, and those `beside` them, with their bounds, by key."""
        with translated("listing workloads"):
            tiers_of = tiers(self._rest)
            opted_in = {kind: self._opted_in(KINDS[kind], tiers_of) for kind in KINDS}
            for missing in values.missing(opted_in, beside):
                kind = KINDS[missing.kind]
                opted_in[missing.kind] += self._named(kind, missing.namespace, missing.name)
            scalers = covered(tiers_of, self._rest.list("/apis/autoscaling/v2/horizontalpodautoscalers"))
            scaled, self._unreadable[SCALED_OBJECTS.plural] = scaled_objects(self._rest, tiers_of)
        bounds = dict(self._read("horizontalpodautoscalers", scalers, values.bounded))
        found: list[Workload] = []
        for name, items in opted_in.items():
            read = partial(values.workload, name, bounds=bounds, scaled=scaled)
            found += self._read(KINDS[name].plural, items, read)
        return tuple(sorted(found, key=lambda workload: workload.key))

    def releasing(self) -> tuple[str, ...]:
        """Returns the keys of the Rollouts that opted in and are between two versions."""
        with translated("listing Rollouts"):
            found = self._opted_in(ROLLOUTS, tiers(self._rest))
        return tuple(sorted(filter(None, self._read("rollouts", found, values.key_of_release))))

    def cronjobs(self, *, beside: Iterable[CronJob] = ()) -> tuple[CronJob, ...]:
        """Returns the CronJobs that opted in, and those `beside` them, by key."""
        with translated("listing CronJobs"):
            found = self._opted_in(CRONJOBS, tiers(self._rest))
            known = set(map(values.identity, found))
            for job in beside:
                if (job.namespace, job.name) not in known:
                    found += self._named(CRONJOBS, job.namespace, job.name)
        jobs = self._read("cronjobs", found, values.cronjob)
        return tuple(sorted(jobs, key=lambda job: job.key))

    def _opted_in(self, kind: Kind, tiers_of: Mapping[str, str]) -> list[dict[str, Any]]:
        """Returns the objects of a kind that carry the label where it counts."""
        if kind is ROLLOUTS:
            return covered(tiers_of, listed(self._rest, kind, [], labelSelector=OPTED_IN))
        return covered(tiers_of, self._rest.list(f"/apis/{kind.api}/{kind.plural}", labelSelector=OPTED_IN))

    def _read(self, plural: str, found: Iterable[dict[str, Any]], read: Callable[[Any], _T]) -> list[_T]:
        """Reads each object behind a fence, and remembers those that make no sense until it looks again."""
        kept, self._unreadable[plural] = read_each(plural, found, read)
        return kept

    def _named(self, kind: Kind, namespace: str, name: str) -> list[dict[str, Any]]:
        """Returns the one object of this name, or nothing, by the right to list alone."""
        path = f"/apis/{kind.api}/namespaces/{namespace}/{kind.plural}"
        try:
            return self._rest.list(path, fieldSelector=f"metadata.name={name}")
        except client.ApiException as error:
            if error.status != GONE:
                raise
            return []

    def scale(self, workload: Workload, replicas: int) -> None:
        """Asks for a number of replicas; a workload that is gone stays gone."""
        kind = KINDS[workload.kind]
        path = _path(kind.api, workload.namespace, kind.plural, workload.name) + "/scale"
        with translated(f"scaling {workload.key} to {replicas}"), gone_is_fine():
            self._rest.patch(path, {"spec": {"replicas": replicas}})

    def bound(self, workload: Workload, bounds: Bounds) -> None:
        """Sets the bounds of the workload's autoscaler; an autoscaler that is gone stays gone."""
        body = {"spec": {"minReplicas": bounds.min, "maxReplicas": bounds.max}}
        path = _path("autoscaling/v2", workload.namespace, "horizontalpodautoscalers", bounds.name)
        with translated(f"bounding the autoscaler of {workload.key}"), gone_is_fine():
            self._rest.patch(path, body)

    def pause(self, workload: Workload, scaled_object: ScaledObject) -> None:
        """Pauses the workload's ScaledObject at its number, or lets it scale again.

        One that is gone stays gone.
        """
        paused = None if scaled_object.paused is None else str(scaled_object.paused)
        body = {"metadata": {"annotations": {names.PAUSED_REPLICAS: paused}}}
        path = _path(SCALED_OBJECTS.api, workload.namespace, SCALED_OBJECTS.plural, scaled_object.name)
        with translated(f"pausing the ScaledObject of {workload.key}"), gone_is_fine():
            self._rest.patch(path, body)

    def other_controllers(self) -> OtherControllers:
        """Returns who else scales or restores things in the cluster."""
        with translated("looking for other operators"):
            found = other_controllers_in(self._rest, tiers(self._rest))
        odd = (name for names_of in self._unreadable.values() for name in names_of)
        return found._replace(unreadable=tuple(dict.fromkeys((*found.unreadable, *odd))))

    def suspend(self, cronjob: CronJob, *, suspended: bool) -> None:
        """Suspends a CronJob or lets it run again; one that is gone stays gone."""
        path = _path("batch/v1", cronjob.namespace, "cronjobs", cronjob.name)
        with translated(f"suspending {cronjob.key}"), gone_is_fine():
            self._rest.patch(path, {"spec": {"suspend": suspended}})

    def cordon(self, node: str, *, by: str) -> None:
        """Keeps new pods off a node and marks it as cordoned by a capability.

        A node that is gone stays gone.
        """
        self._mark(node, unschedulable=True, by=by)

    def uncordon(self, node: str) -> None:
        """Lets new pods onto a node again and removes Toban's mark; a node that is gone stays gone."""
        self._mark(node, unschedulable=None, by=None)

    def _mark(self, node: str, *, unschedulable: bool | None, by: str | None) -> None:
        body = {
            "metadata": {"annotations": {names.CORDONED_BY: by}},
            "spec": {"unschedulable": unschedulable},
        }
        with translated(f"cordoning or uncordoning node {node}"), gone_is_fine():
            self._rest.patch(f"/api/v1/nodes/{node}", body)

    def pods_to_evict(self, node: str) -> tuple[Pod, ...]:
        """Returns the pods that keep a node from being empty, in order of namespace and name."""
        with translated(f"listing the pods of node {node}"):
            found = self._rest.list("/api/v1/pods", fieldSelector=f"spec.nodeName={node}")
            self._tiers = tiers(self._rest) if self._tiers is None else self._tiers
        pods = self._read("pods", found, partial(values.pod, own=self._tiers))
        return tuple(sorted(filter(None, pods), key=lambda pod: (pod.namespace, pod.name)))

    def evict(self, pod: Pod) -> str | None:
        """Asks for the pod's eviction; returns the API's sentence when it says no.

        Whatever the API answers is about this pod: 429 is its budget, 500 are two budgets or a webhook that
        failed, 403 a webhook that refused. Only without an answer is the cluster itself in doubt.
        """
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"name": pod.name, "namespace": pod.namespace},
        }
        path = f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/eviction"
        with translated(f"evicting pod {pod.namespace}/{pod.name}"), gone_is_fine():
            try:
                self._rest.post(path, body)
            except client.ApiException as error:
                if error.status in (0, GONE, UNAUTHORIZED):
                    raise
                return f"{pod.namespace}/{pod.name}: {sentence_of(error)}"
        return None


def _path(api: str, namespace: str, plural: str, name: str) -> str:
    return f"/apis/{api}/namespaces/{namespace}/{plural}/{name}"
