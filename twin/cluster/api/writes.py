"""Create, update, patch, apply and delete, with the checks that stand before each."""

from typing import Any

from twin.cluster.api.decoding import decode, patch_meta, patched, undeclared
from twin.cluster.api.ownership import Ownership
from twin.cluster.api.patches import (
    APPLY_PATCH,
)
from twin.cluster.api.requests import Request, Response, Target, WriteOptions
from twin.cluster.api.validation import check, check_update, strict_errors
from twin.cluster.defaults import fill_defaults
from twin.cluster.kinds import Kind
from twin.cluster.objects import Deletion, Objects
from twin.cluster.shapes import Object, clone, is_terminating, name_of
from twin.cluster.status import (
    already_exists,
    bad_request,
    conflict,
    forbidden,
    invalid_options,
    not_found,
    success,
)

_SERVER_SETS = ("uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds")


class Writes:
    """The verbs that change objects.

    Args:
        objects: The cluster's objects.
    """

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.ownership = Ownership()
        objects.store.listen(
            lambda change: (
                self.ownership.forget(change.after["metadata"]["uid"]) if change.verb == "DELETED" else None
            )
        )

    def create(self, request: Request, target: Target) -> Response:
        """POST to a collection."""
        body, options = self._body(request.body, target), WriteOptions.of(request)
        warnings = decode(target.kind, body, options)
        obj, code = self._created(target, body, options)
        if not options.dry_run:
            self.ownership.updated(options.manager, None, obj)
        return Response(code, obj, warnings)

    def _created(self, target: Target, body: Object, options: WriteOptions) -> tuple[Object, int]:
        kind, name = target.kind, body["metadata"].get("name") or ""
        self._require_namespace(kind, target.namespace, name)
        if name and self._objects.get(kind.resource, target.namespace, name) is not None:
            raise already_exists(kind, name)
        if kind.status and kind.name != "Node":
            body.pop("status", None)
        obj = self._objects.prepared(kind, clone(body))
        check(kind, obj)
        if options.dry_run:
            return obj, 201
        return self._objects.store.put(kind.resource, obj), 201

    def update(self, request: Request, target: Target) -> Response:
        """PUT of an object or of its status."""
        body, options = self._body(request.body, target), WriteOptions.of(request)
        warnings = decode(target.kind, body, options)
        if body["metadata"].get("name") != target.name:
            raise bad_request(
                f"the name of the object ({body['metadata'].get('name')}) does not match the name on the URL ({target.name})"  # noqa: E501 -- the real server's own words
            )
        old = self._existing(target)
        new = self._stored(target, old, body, options)
        if not options.dry_run and not target.part:
            self.ownership.updated(options.manager, old, new)
        return Response(200, new, warnings)

    def patch(self, request: Request, target: Target) -> Response:
        """PATCH by any of the four kinds of patch."""
        options = WriteOptions.of(request)
        if request.content_type == APPLY_PATCH:
            return self._apply(request, target, options)
        old = self._existing(target)
        new = patched(request, target.kind, old)
        warnings = decode(target.kind, new, options)
        if new["metadata"].get("name") != target.name:
            raise bad_request("the name of the object cannot be changed by a patch")
        if "resourceVersion" not in patch_meta(request.body):
            new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
        stored = self._stored(target, old, new, options)
        if not options.dry_run and not target.part:
            self.ownership.updated(options.manager, old, stored)
        return Response(200, stored, warnings)

    def _apply(self, request: Request, target: Target, options: WriteOptions) -> Response:
        if "fieldManager" not in request.query:
            why = "Required value: is required for apply patch"
            raise invalid_options("PatchOptions", "fieldManager", "FieldValueRequired", why)
        config = self._body(request.body, target)
        config["metadata"]["name"] = target.name
        unknown = strict_errors(target.kind, config)
        if unknown:
            raise undeclared(target, unknown[0])
        old = self._objects.get(target.kind.resource, target.namespace, target.name)
        if old is None:
            new, code = self._created(target, clone(config), options)
        else:
            candidate = self.ownership.applied(options.manager, old, clone(config), force=options.force)
            candidate["metadata"]["resourceVersion"] = config["metadata"].get(
                "resourceVersion", old["metadata"]["resourceVersion"]
            )
            new, code = self._stored(target, old, candidate, options), 200
        if not options.dry_run:
            self.ownership.note_apply(options.manager, config, old, new)
        return Response(code, new)

    def delete(self, request: Request, target: Target) -> Response:
        """DELETE of one object."""
        old = self._existing(target)
        gone = self.delete_object(target.kind, old, request)
        still = self._objects.get(target.kind.resource, target.namespace, target.name)
        if still is not None or target.kind.name in ("Pod", "Namespace"):
            return Response(200, gone)
        return Response(200, success(target.kind, target.name, old["metadata"]["uid"]))

    def delete_object(self, kind: Kind, old: Object, request: Request) -> Object:
        """Deletes as the body's or the query's options say, and gives the last state."""
        given = request.body if isinstance(request.body, dict) else {}
        options = WriteOptions.of(request, given)
        for field, actual in (given.get("preconditions") or {}).items():
            if old["metadata"].get(field) != actual:
                shown = {"uid": "UID", "resourceVersion": "ResourceVersion"}.get(field, field)
                why = f"Precondition failed: {shown} in precondition: {actual}, {shown} in object meta: {old['metadata'].get(field)}"  # noqa: E501 -- the real server's own words
                raise conflict(kind, name_of(old), why)
        grace = given.get("gracePeriodSeconds", request.query.get("gracePeriodSeconds"))
        propagation = given.get("propagationPolicy") or request.query.get("propagationPolicy") or "Background"
        if options.dry_run:
            return old
        return self._objects.delete(kind, old, Deletion(None if grace is None else int(grace), propagation))

    def _existing(self, target: Target) -> Object:
        old = self._objects.get(target.kind.resource, target.namespace, target.name)
        if old is None:
            raise not_found(target.kind, target.name)
        return old

    def _stored(self, target: Target, old: Object, new: Object, options: WriteOptions) -> Object:
        """The checks that every change of an existing object passes, then the change."""
        kind, given = target.kind, new["metadata"].get("resourceVersion")
        if given not in (None, "", old["metadata"]["resourceVersion"]):
            why = (
                "the object has been modified; please apply your changes to the latest version and try again"
            )
            raise conflict(kind, target.name, why)
        if new["metadata"].get("uid") not in (None, "", old["metadata"]["uid"]):
            why = f"Precondition failed: UID in precondition: {new['metadata']['uid']}, UID in object meta: {old['metadata']['uid']}"  # noqa: E501 -- the real server's own words
            raise conflict(kind, target.name, why)
        if target.part == "status":
            new = {**clone(old), "status": new.get("status") or {}}
        else:
            new = self._settled(kind, old, new)
            check_update(kind, old, new)
        new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
        return new if options.dry_run else self._objects.replace(kind, old, new)

    @staticmethod
    def _settled(kind: Kind, old: Object, new: Object) -> Object:
        """What a client may not decide stays as it was."""
        new = clone(new)
        for field in _SERVER_SETS:
            new["metadata"].pop(field, None)
            if field in old["metadata"]:
                new["metadata"][field] = old["metadata"][field]
        fill_defaults(kind, new)
        if kind.status:
            new.pop("status", None)
            if "status" in old:
                new["status"] = clone(old["status"])
        return new

    def _body(self, body: Any, target: Target) -> Object:
        if not isinstance(body, dict):
            raise bad_request("the body of the request is not an object")
        kind = target.kind
        obj: Object = clone(body)
        obj["metadata"] = obj.get("metadata") or {}
        obj["metadata"].pop("managedFields", None)
        for field, expected in (("apiVersion", kind.api_version), ("kind", kind.name)):
            if obj.get(field) not in (None, "", expected):
                raise bad_request(
                    f'{obj.get("kind")} in version "{kind.version}" cannot be handled as a {kind.name}: '
                    f"the data says {obj.get('apiVersion')}, the path {kind.api_version}"
                )
            obj[field] = expected
        if kind.namespaced and obj["metadata"].setdefault("namespace", target.namespace) != target.namespace:
            raise bad_request(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        return obj

    def _require_namespace(self, kind: Kind, namespace: str, name: str) -> None:
        if not kind.namespaced:
            return
        found = self._objects.get("namespaces", "", namespace)
        if found is None:
            raise not_found(self._objects.kinds.of("namespaces"), namespace)
        if is_terminating(found):
            raise forbidden(
                kind,
                name,
                f"unable to create new content in namespace {namespace} because it is being terminated",
            )
