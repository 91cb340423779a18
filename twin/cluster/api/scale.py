"""The scale subresource: one small object that reads and writes the replicas of any workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cluster.api.patches import JSON_PATCH, json_patched, merged
from twin.cluster.api.preconditions import require_fresh
from twin.cluster.api.requests import Request, Response, Target, WriteOptions
from twin.cluster.selectors import as_text
from twin.cluster.shapes import Object, name_of, namespace_of
from twin.cluster.status import StatusError, bad_request, not_found
from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.api.ownership import Ownership
    from twin.cluster.objects import Objects


def scale_of(obj: Object) -> Object:
    """Shows a workload as a Scale."""
    spec, status, meta = obj.get("spec") or {}, obj.get("status") or {}, obj["metadata"]
    kept = ("uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": name_of(obj),
            "namespace": namespace_of(obj),
            **{key: meta[key] for key in kept if key in meta},
        },
        "spec": {"replicas": int(spec.get("replicas") or 0)},
        "status": {"replicas": int(status.get("replicas") or 0), "selector": as_text(spec.get("selector"))},
    }


class Scales:
    """Reads and writes Scales.

    Args:
        objects: The cluster's objects.
        ownership: Notes who set the replicas.
    """

    def __init__(self, objects: Objects, ownership: Ownership) -> None:
        self._objects = objects
        self._ownership = ownership

    def answer(self, request: Request, target: Target) -> Response:
        """Answers a GET, PUT or PATCH of `/scale`.

        Raises:
            StatusError: 404, 409 or 422 like any write.
        """
        old = self._objects.get(target.kind.resource, target.namespace, target.name)
        if old is None:
            raise not_found(target.kind, target.name)
        shown = scale_of(old)
        if request.method == "GET":
            return Response(200, shown)
        wanted = _wanted(request, shown)
        replicas = _replicas(wanted, target)
        require_fresh(target, old, wanted)
        new: Object = clone(old)
        new["spec"]["replicas"] = replicas
        options = WriteOptions.of(request)
        if not options.dry_run:
            new = self._objects.replace(target.kind, old, new)
            self._ownership.updated(options.manager, old, new, "scale")
        return Response(200, scale_of(new))


def _wanted(request: Request, shown: Object) -> Object:
    if request.method == "PUT":
        body: Any = request.body
    elif request.content_type == JSON_PATCH:
        body = json_patched(shown, request.body)
    else:
        body = merged(clone(shown), request.body)
    if not isinstance(body, dict):
        raise bad_request("the body of the request is not an object")
    return body


def _replicas(wanted: Object, target: Target) -> int:
    replicas = (wanted.get("spec") or {}).get("replicas", 0)
    if isinstance(replicas, bool) or not isinstance(replicas, int):
        raise bad_request(
            "json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32"
        )
    if replicas < 0:
        message = f"Invalid value: {replicas}: must be greater than or equal to 0"
        text = f'Scale.autoscaling "{target.name}" is invalid: spec.replicas: {message}'
        causes = [{"reason": "FieldValueInvalid", "message": message, "field": "spec.replicas"}]
        raise StatusError(422, "Invalid", text, {"name": target.name, "kind": "Scale", "causes": causes})
    return replicas
