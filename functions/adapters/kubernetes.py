"""The cluster from inside, through the official client."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import urllib3
from kubernetes import client

from functions.adapters.cluster_access import REQUEST_TIMEOUT_S
from functions.adapters.neighbours import others_in, scaled_objects
from functions.core import names
from functions.core.capacity import Bounds, CronJob, Node, Pod, ScaledObject, Workload
from functions.core.errors import OpsError, PermanentError, TemporaryError
from functions.core.neighbours import Others

GONE, CONFLICT, TOO_MANY, SERVER_ERROR = 404, 409, 429, 500
OPTED_IN = f"{names.OPT_IN_LABEL}={names.OPT_IN_VALUE}"
MERGE: dict[str, Any] = {
    "_content_type": "application/merge-patch+json",
    "_request_timeout": REQUEST_TIMEOUT_S,
}
READ: dict[str, Any] = {"_request_timeout": REQUEST_TIMEOUT_S}
FINISHED = frozenset({"Succeeded", "Failed"})
MIRROR = "kubernetes.io/config.mirror"


class KubernetesCluster:
    """One cluster's API."""

    def __init__(self, *, api: client.ApiClient) -> None:
        """Remembers the connection.

        The generated classes type every field of an answer as perhaps missing, which no answer of ours has; they are
        Any here, and what leaves this module is typed.
        """
        self._core: Any = client.CoreV1Api(api)
        self._apps: Any = client.AppsV1Api(api)
        self._batch: Any = client.BatchV1Api(api)
        self._scaling: Any = client.AutoscalingV2Api(api)
        self._custom: Any = client.CustomObjectsApi(api)

    def nodes(self) -> tuple[Node, ...]:
        """Returns the nodes of all managed node groups, by name."""
        with _translated("listing nodes"):
            found = self._core.list_node(label_selector=names.NODEGROUP_LABEL, **READ).items
        return tuple(sorted(map(_node, found), key=lambda node: node.name))

    def workloads(self) -> tuple[Workload, ...]:
        """Returns the Deployments and StatefulSets that opted in, with their autoscalers' bounds, by key."""
        with _translated("listing workloads"):
            deployments = self._apps.list_deployment_for_all_namespaces(label_selector=OPTED_IN, **READ).items
            stateful = self._apps.list_stateful_set_for_all_namespaces(label_selector=OPTED_IN, **READ).items
            scalers = self._scaling.list_horizontal_pod_autoscaler_for_all_namespaces(**READ).items
            scaled = scaled_objects(self._custom)
        # An autoscaler that KEDA made is KEDA's own affair: it would put changed bounds back.
        bounds = {_target(one): _bounds(one) for one in scalers if not _of_keda(one)}
        found = [_workload("Deployment", one, bounds, scaled) for one in deployments]
        found += [_workload("StatefulSet", one, bounds, scaled) for one in stateful]
        return tuple(sorted(found, key=lambda workload: workload.key))

    def cronjobs(self) -> tuple[CronJob, ...]:
        """Returns the CronJobs that opted in, by key."""
        with _translated("listing CronJobs"):
            found = self._batch.list_cron_job_for_all_namespaces(label_selector=OPTED_IN, **READ).items
        jobs = (CronJob(one.metadata.namespace, one.metadata.name, bool(one.spec.suspend)) for one in found)
        return tuple(sorted(jobs, key=lambda job: job.key))

    def scale(self, workload: Workload, replicas: int) -> None:
        """Asks for a number of replicas; a workload that is gone stays gone."""
        patch = {
            "Deployment": self._apps.patch_namespaced_deployment_scale,
            "StatefulSet": self._apps.patch_namespaced_stateful_set_scale,
        }[workload.kind]
        with _translated(f"scaling {workload.key} to {replicas}"), _gone_is_fine():
            patch(workload.name, workload.namespace, {"spec": {"replicas": replicas}}, **MERGE)

    def bound(self, workload: Workload, bounds: Bounds) -> None:
        """Sets the bounds of the workload's autoscaler; an autoscaler that is gone stays gone."""
        body = {"spec": {"minReplicas": bounds.min, "maxReplicas": bounds.max}}
        with _translated(f"bounding the autoscaler of {workload.key}"), _gone_is_fine():
            self._scaling.patch_namespaced_horizontal_pod_autoscaler(
                bounds.name, workload.namespace, body, **MERGE
            )

    def pause(self, workload: Workload, scaled_object: ScaledObject) -> None:
        """Pauses the workload's ScaledObject at its number, or lets it scale again; one that is gone stays gone."""
        paused = None if scaled_object.paused is None else str(scaled_object.paused)
        body = {"metadata": {"annotations": {names.PAUSED_REPLICAS: paused}}}
        where = ("keda.sh", "v1alpha1", workload.namespace, "scaledobjects", scaled_object.name)
        with _translated(f"pausing the ScaledObject of {workload.key}"), _gone_is_fine():
            self._custom.patch_namespaced_custom_object(*where, body, **MERGE)

    def others(self) -> Others:
        """Returns who else scales or restores things in the cluster."""
        with _translated("looking for other operators"):
            return others_in(self._apps, self._custom)

    def suspend(self, cronjob: CronJob, *, suspended: bool) -> None:
        """Suspends a CronJob or lets it run again; one that is gone stays gone."""
        body = {"spec": {"suspend": suspended}}
        with _translated(f"suspending {cronjob.key}"), _gone_is_fine():
            self._batch.patch_namespaced_cron_job(cronjob.name, cronjob.namespace, body, **MERGE)

    def cordon(self, node: str) -> None:
        """Keeps new pods off a node and marks it as cordoned by Toban; a node that is gone stays gone."""
        self._mark(node, unschedulable=True, by="night-scaling")

    def uncordon(self, node: str) -> None:
        """Lets new pods onto a node again and removes Toban's mark; a node that is gone stays gone."""
        self._mark(node, unschedulable=None, by=None)

    def _mark(self, node: str, *, unschedulable: bool | None, by: str | None) -> None:
        body = {
            "metadata": {"annotations": {names.CORDONED_BY: by}},
            "spec": {"unschedulable": unschedulable},
        }
        with _translated(f"cordoning or uncordoning node {node}"), _gone_is_fine():
            self._core.patch_node(node, body, **MERGE)

    def pods_to_evict(self, node: str) -> tuple[Pod, ...]:
        """Returns the pods that keep a node from being empty, in order of namespace and name."""
        with _translated(f"listing the pods of node {node}"):
            found = self._core.list_pod_for_all_namespaces(
                field_selector=f"spec.nodeName={node}", **READ
            ).items
        pods = (
            Pod(
                one.metadata.namespace, one.metadata.name, leaving=one.metadata.deletion_timestamp is not None
            )
            for one in found
            if _moves(one)
        )
        return tuple(sorted(pods, key=lambda pod: (pod.namespace, pod.name)))

    def evict(self, pod: Pod) -> str | None:
        """Asks for the pod's eviction; returns the API's sentence when a budget forbids it."""
        body = client.V1Eviction(metadata=client.V1ObjectMeta(name=pod.name, namespace=pod.namespace))
        with _translated(f"evicting pod {pod.namespace}/{pod.name}"), _gone_is_fine():
            try:
                self._core.create_namespaced_pod_eviction(pod.name, pod.namespace, body, **READ)
            except client.ApiException as error:
                if error.status != TOO_MANY:
                    raise
                return f"{pod.namespace}/{pod.name}: {_sentence(error)}"
        return None


def _node(found: Any) -> Node:
    meta, spec = found.metadata, found.spec
    labels, notes = meta.labels or {}, meta.annotations or {}
    # An object that was just made has no status yet.
    conditions = (found.status and found.status.conditions) or []
    return Node(
        name=meta.name,
        nodegroup=labels[names.NODEGROUP_LABEL],
        ready=any(one.type == "Ready" and one.status == "True" for one in conditions),
        cordoned=bool(spec.unschedulable),
        cordoned_by_toban=names.CORDONED_BY in notes,
        instance_id=(spec.provider_id or "").rsplit("/", 1)[-1],
        zone=labels.get("topology.kubernetes.io/zone", ""),
        created_at=meta.creation_timestamp,
    )


def _of_keda(scaler: Any) -> bool:
    return any(owner.kind == "ScaledObject" for owner in scaler.metadata.owner_references or [])


def _workload(
    kind: str,
    found: Any,
    bounds: dict[tuple[str, str, str], Bounds],
    scaled: dict[tuple[str, str, str], ScaledObject],
) -> Workload:
    meta = found.metadata
    return Workload(
        kind=kind,
        namespace=meta.namespace,
        name=meta.name,
        replicas=1 if found.spec.replicas is None else found.spec.replicas,
        ready=(found.status and found.status.ready_replicas) or 0,
        bounds=bounds.get((kind, meta.namespace, meta.name)),
        scaled_object=scaled.get((kind, meta.namespace, meta.name)),
    )


def _target(scaler: Any) -> tuple[str, str, str]:
    target = scaler.spec.scale_target_ref
    return target.kind, scaler.metadata.namespace, target.name


def _bounds(scaler: Any) -> Bounds:
    lowest = scaler.spec.min_replicas
    return Bounds(scaler.metadata.name, 1 if lowest is None else lowest, scaler.spec.max_replicas)


def _moves(pod: Any) -> bool:
    owners = pod.metadata.owner_references or []
    mirror = MIRROR in (pod.metadata.annotations or {})
    daemon = any(owner.kind == "DaemonSet" for owner in owners)
    return not mirror and not daemon and (pod.status and pod.status.phase) not in FINISHED


def _sentence(error: client.ApiException) -> str:
    try:
        return str(json.loads(error.body or "")["message"])
    except (TypeError, ValueError, KeyError):
        return str(error.reason)


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except client.ApiException as error:
        if error.status != GONE:
            raise


@contextmanager
def _translated(what: str) -> Iterator[None]:
    try:
        yield
    except client.ApiException as error:
        raise _ours(what, error) from error
    except urllib3.exceptions.HTTPError as error:
        raise TemporaryError(f"The cluster could not be reached while {what}: {error}") from error


def _ours(what: str, error: client.ApiException) -> OpsError:
    sentence = f"The cluster answered {error.status} while {what}: {_sentence(error)}"
    if error.status in (0, CONFLICT, TOO_MANY) or error.status >= SERVER_ERROR:
        return TemporaryError(sentence)
    return PermanentError(sentence)
