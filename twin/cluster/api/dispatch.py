"""From a request to the verb that answers it; every refusal leaves as a Status object."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from twin.cluster.api import discovery
from twin.cluster.api.access import AccessRequest, authorize
from twin.cluster.api.eviction import Evictions
from twin.cluster.api.reads import Reads, list_of
from twin.cluster.api.requests import Request, Response, Target, target_of
from twin.cluster.api.scale import Scales
from twin.cluster.api.writes import Writes
from twin.cluster.status import PlainError, StatusError, method_not_allowed, no_such_path

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from twin.cluster.objects import Objects
    from twin.cluster.shapes import Object

VERSION = "1.35.4"

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete", "GET": "get"}


class Api:
    """The cluster's API without its sockets.

    Args:
        objects: The cluster's objects.
        lock: Guards them; its waiters are woken after every change.
        settle: Lets the controllers act on what a request changed, before it is answered.
        tell: Is told `(pod, what, why)` of evictions.
    """

    def __init__(
        self,
        objects: Objects,
        lock: threading.Condition,
        settle: Callable[[], None],
        tell: Callable[[Object, str, str], None],
    ) -> None:
        self._objects = objects
        self._lock = lock
        self._settle = settle
        self.reads = Reads(objects, lock)
        self._writes = Writes(objects)
        self._scales = Scales(objects, self._writes.ownership)
        self._evictions = Evictions(objects, self._writes, tell)

    def answer(self, request: Request) -> Response:
        """Answers one request; an error becomes a Status with its HTTP code."""
        with self._lock:
            try:
                return self._answered(request)
            except PlainError as error:
                return Response(error.code, error.message)
            except StatusError as error:
                retry = error.details.get("retryAfterSeconds")
                headers = (("Retry-After", str(retry)),) if retry else ()
                return Response(error.code, error.as_status(), headers)

    def _answered(self, request: Request) -> Response:
        if request.method == "GET":
            document = discovery.answer(request.path, self._objects.kinds, VERSION)
            if document is not None:
                return Response(200, document)
        target = target_of(request.path, self._objects.kinds)
        self._authorize(request, target)
        if request.method == "GET" and target.part != "scale":
            return self._read(request, target)
        response = self._written(request, target)
        self._settle()
        self._lock.notify_all()
        created = request.method == "POST" and not target.name
        if (target.name or created) and target.part in ("", "status"):
            return replace(response, body=self._with_managers(response.body))
        return response

    def _authorize(self, request: Request, target: Target) -> None:
        if request.identity is None:
            return
        verb = _VERBS.get(request.method, "")
        if not target.name:
            verb = {"get": "list", "delete": "deletecollection"}.get(verb, verb)
        if _is_watch(request):
            verb = "watch"
        resource = target.kind.plural + (f"/{target.part}" if target.part else "")
        authorize(
            self._objects,
            request.identity,
            AccessRequest(verb, target.kind, resource, target.namespace, target.name),
        )

    def _read(self, request: Request, target: Target) -> Response:
        if target.part not in ("", "status"):
            raise no_such_path()
        if _is_watch(request):
            return self.reads.watch(request, target)
        if not target.name:
            return self.reads.listing(request, target)
        found = self.reads.get(target)
        return Response(200, self._with_managers(found.body))

    def _with_managers(self, obj: Object | str) -> Object | str:
        """Returns one object with who wrote its fields; lists lack that, which a real server's do not."""
        if not isinstance(obj, dict) or "uid" not in obj.get("metadata", {}):
            return obj
        managed = self._writes.ownership.managed_fields(obj)
        return {**obj, "metadata": {**obj["metadata"], "managedFields": managed}} if managed else obj

    def _written(self, request: Request, target: Target) -> Response:
        if target.part == "scale" and target.kind.scale:
            return self._scales.answer(request, target)
        if target.part == "eviction" and target.kind.name == "Pod":
            if request.method != "POST":
                raise method_not_allowed()
            return self._evictions.answer(request, target)
        if target.part and not (target.part == "status" and target.kind.status):
            raise no_such_path()
        if not target.name:
            return self._many(request, target)
        verb = {"PUT": self._writes.update, "PATCH": self._writes.patch, "DELETE": self._writes.delete}
        if request.method not in verb:
            raise method_not_allowed()
        return verb[request.method](request, target)

    def _many(self, request: Request, target: Target) -> Response:
        if request.method == "POST":
            return self._writes.create(request, target)
        if request.method != "DELETE":
            raise method_not_allowed()
        gone = [
            self._writes.delete_object(target.kind, obj, request)
            for obj in self.reads.chosen(request, target)
        ]
        meta = {"resourceVersion": str(self._objects.store.revision)}
        return Response(200, list_of(target.kind, meta, gone))


def _is_watch(request: Request) -> bool:
    return request.query.get("watch") in ("true", "1", "True")
