"""Get, list and watch."""

from __future__ import annotations

import base64
import binascii
import json
import time
from typing import TYPE_CHECKING

from twin.cluster.api.requests import Request, Response, Target
from twin.cluster.selectors import chosen
from twin.cluster.shapes import Object, name_of, namespace_of
from twin.cluster.status import bad_request, expired, not_found

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from twin.cluster.kinds import Kind
    from twin.cluster.objects import Objects
    from twin.cluster.store import Change

_POLL_S = 0.25
"""How long a waiting watch sleeps, in real time, before it looks whether the server is closing."""


class Reads:
    """The verbs that change nothing.

    Args:
        objects: The cluster's objects.
        lock: Held by whoever touches the objects; notified after every change, for the watches.
    """

    def __init__(self, objects: Objects, lock: threading.Condition) -> None:
        self._objects = objects
        self._changed = lock
        self.closing = False

    def get(self, target: Target) -> Response:
        """Returns one object, or its status, which shows all of it."""
        obj = self._objects.get(target.kind.resource, target.namespace, target.name)
        if obj is None:
            raise not_found(target.kind, target.name)
        return Response(200, obj)

    def listing(self, request: Request, target: Target) -> Response:
        """Returns the objects of a collection, chosen by selectors, in pages when `limit` is given."""
        limit, token = int(request.query.get("limit") or 0), request.query.get("continue")
        revision = self._objects.store.revision
        if token:
            after, revision = _opened(token)
            wanted = [obj for obj in self._as_it_was(request, target, revision) if _place(obj) > after]
        else:
            wanted = self.chosen(request, target)
        page = wanted[:limit] if limit else wanted
        meta: Object = {"resourceVersion": str(revision)}
        if len(page) < len(wanted):
            meta["continue"] = _sealed(page[-1], revision)
            if not (request.query.get("labelSelector") or request.query.get("fieldSelector")):
                meta["remainingItemCount"] = len(wanted) - len(page)
        return Response(200, list_of(target.kind, meta, page))

    def _as_it_was(self, request: Request, target: Target, revision: int) -> list[Object]:
        """Returns the collection at the first page, so that pages neither miss nor repeat anything."""
        store, test = self._objects.store, self._test(request, target)
        found = store.listing_at(revision, target.kind.resource, target.namespace or None)
        if found is None:
            raise expired(
                "The provided continue parameter is too old to display a consistent list result. "
                "You can start a new list without the continue parameter."
            )
        return [obj for obj in found if test(obj)]

    def chosen(self, request: Request, target: Target) -> list[Object]:
        """Returns the objects that the path and the selectors name."""
        test = self._test(request, target)
        found = self._objects.listing(target.kind.resource, target.namespace or None)
        return [obj for obj in found if test(obj)]

    @staticmethod
    def _test(request: Request, target: Target) -> Callable[[Object], bool]:
        fields = request.query.get("fieldSelector") or ""
        if target.name:
            fields = ",".join(filter(None, [fields, f"metadata.name={target.name}"]))
        return chosen(request.query.get("labelSelector") or "", fields, target.kind.resource)

    def watch(self, request: Request, target: Target) -> Response:
        """Streams changes for `timeoutSeconds` of real time: virtual time stands still for a caller."""
        test, store = self._test(request, target), self._objects.store
        asked = request.query.get("resourceVersion") or ""
        first: list[Object] = []
        if asked in ("", "0"):
            first = [_event("ADDED", obj) for obj in self.chosen(request, target)]
            revision = store.revision
        else:
            revision = int(asked)
            if store.since(revision, target.kind.resource) is None:
                error = expired(f"too old resource version: {revision} ({store.revision})")
                return Response(200, stream=iter([{"type": "ERROR", "object": error.as_status()}]))
        if request.query.get("sendInitialEvents") == "true":
            first = [_event("ADDED", obj) for obj in self.chosen(request, target)]
            first.append(_bookmark(target.kind, store.revision))
            revision = store.revision
        limit = float(request.query.get("timeoutSeconds") or 3600)
        return Response(200, stream=self._stream(first, revision, target, test, limit))

    def _stream(
        self,
        first: list[Object],
        revision: int,
        target: Target,
        test: Callable[[Object], bool],
        limit_s: float,
    ) -> Iterator[Object | None]:
        yield from first
        deadline = time.monotonic() + limit_s
        store, resource = self._objects.store, target.kind.resource
        while not self.closing:
            with self._changed:
                changes = store.since(revision, resource)
                if not changes and changes is not None:
                    self._changed.wait(min(_POLL_S, max(0.0, deadline - time.monotonic())))
                    changes = store.since(revision, resource)
            if changes is None:
                yield {"type": "ERROR", "object": expired("too old resource version").as_status()}
                return
            for change in changes:
                revision = change.revision
                if target.namespace in ("", namespace_of(change.after)):
                    yield from _seen(change, test)
            if time.monotonic() >= deadline:
                return
            if not changes:
                yield None


def _seen(change: Change, test: Callable[[Object], bool]) -> Iterator[Object]:
    """Yields what a watch with a selector sees of a change: an object comes into view, moves, or leaves."""
    before = change.before is not None and test(change.before)
    after = change.verb != "DELETED" and test(change.after)
    if after:
        yield _event("MODIFIED" if before else "ADDED", change.after)
    elif before:
        yield _event("DELETED", change.after)


def _event(verb: str, obj: Object) -> Object:
    return {"type": verb, "object": obj}


def _bookmark(kind: Kind, revision: int) -> Object:
    """Says that the objects which exist have all been shown."""
    meta = {
        "resourceVersion": str(revision),
        "creationTimestamp": None,
        "annotations": {"k8s.io/initial-events-end": "true"},
    }
    return _event("BOOKMARK", {"kind": kind.name, "apiVersion": kind.api_version, "metadata": meta})


def list_of(kind: Kind, meta: Object, items: list[Object]) -> Object:
    """Returns a list; the items of built-in kinds do not say again what they are."""
    shown = items if kind.custom else [_without_kind(item) for item in items]
    return {"kind": f"{kind.name}List", "apiVersion": kind.api_version, "metadata": meta, "items": shown}


def _without_kind(obj: Object) -> Object:
    return {key: value for key, value in obj.items() if key not in ("kind", "apiVersion")}


def _place(obj: Object) -> tuple[str, str]:
    return namespace_of(obj), name_of(obj)


def _sealed(last: Object, revision: int) -> str:
    text = json.dumps([namespace_of(last), name_of(last), revision])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _opened(token: str) -> tuple[tuple[str, str], int]:
    try:
        namespace, name, revision = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error) as error:
        raise bad_request(f"invalid continue token: continue key is not valid: {error}") from error
    return (namespace, name), revision
