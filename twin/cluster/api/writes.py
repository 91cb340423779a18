"""Create, update, patch, apply and delete, with the checks that stand before each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.cluster.api.decoding import decode, patch_meta, patched, undeclared
from twin.cluster.api.ownership import Ownership
from twin.cluster.api.patches import APPLY_PATCH
from twin.cluster.api.preconditions import body_of, require_field, require_fresh, require_namespace
from twin.cluster.api.requests import Request, Response, Target, WriteOptions
from twin.cluster.api.validation import check, check_update, strict_errors
from twin.cluster.defaults import fill_defaults
from twin.cluster.objects import Deletion, Objects
from twin.cluster.status import already_exists, bad_request, invalid_options, not_found, success
from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.kinds import Kind
    from twin.cluster.shapes import Object

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
        """Answers a POST to a collection."""
        body, options = body_of(request.body, target), WriteOptions.of(request)
        warnings = decode(target.kind, body, options)
        obj, code = self._created(target, body, options)
        if not options.dry_run:
            self.ownership.updated(options.manager, None, obj)
        return Response(code, obj, warnings)

    def _created(self, target: Target, body: Object, options: WriteOptions) -> tuple[Object, int]:
        kind, name = target.kind, body["metadata"].get("name") or ""
        require_namespace(self._objects, kind, target.namespace, name)
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
        """Answers a PUT of an object or of its status."""
        body, options = body_of(request.body, target), WriteOptions.of(request)
        warnings = decode(target.kind, body, options)
        if body["metadata"].get("name") != target.name:
            given = body["metadata"].get("name")
            raise bad_request(
                f"the name of the object ({given}) does not match the name on the URL ({target.name})"
            )
        old = self._existing(target)
        new = self._stored(target, old, body, options)
        if not options.dry_run and not target.part:
            self.ownership.updated(options.manager, old, new)
        return Response(200, new, warnings)

    def patch(self, request: Request, target: Target) -> Response:
        """Answers a PATCH by any of the four kinds of patch."""
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
        config = body_of(request.body, target)
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
        """Answers a DELETE of one object."""
        old = self._existing(target)
        gone = self.delete_object(target.kind, old, request)
        still = self._objects.get(target.kind.resource, target.namespace, target.name)
        if still is not None or target.kind.name in ("Pod", "Namespace"):
            return Response(200, gone)
        return Response(200, success(target.kind, target.name, old["metadata"]["uid"]))

    def delete_object(self, kind: Kind, old: Object, request: Request) -> Object:
        """Deletes as the body's or the query's options say, and returns the last state."""
        given = request.body if isinstance(request.body, dict) else {}
        options = WriteOptions.of(request, given)
        for field, expected in (given.get("preconditions") or {}).items():
            require_field(kind, old, field, expected)
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
        """Checks what every change of an existing object has to pass, then stores the change."""
        kind = target.kind
        require_fresh(target, old, new)
        if new["metadata"].get("uid") not in (None, ""):
            require_field(kind, old, "uid", new["metadata"]["uid"])
        if target.part == "status":
            new = {**clone(old), "status": new.get("status") or {}}
        else:
            new = self._settled(kind, old, new)
            check_update(kind, old, new)
        new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"]
        return new if options.dry_run else self._objects.replace(kind, old, new)

    @staticmethod
    def _settled(kind: Kind, old: Object, new: Object) -> Object:
        """Returns the change with all that a client may not decide as it was."""
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
