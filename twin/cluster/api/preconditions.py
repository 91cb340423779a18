"""What a write requires: a body that fits its path, a namespace that lives, a reading that is not old."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cluster.shapes import Object, is_terminating
from twin.cluster.status import bad_request, conflict, forbidden, not_found
from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.api.requests import Target
    from twin.cluster.kinds import Kind
    from twin.cluster.objects import Objects

_STALE = "the object has been modified; please apply your changes to the latest version and try again"
_SHOWN = {"uid": "UID", "resourceVersion": "ResourceVersion"}


def body_of(body: Any, target: Target) -> Object:
    """Returns a copy of a request's body that names the kind and the namespace of its path.

    Raises:
        StatusError: 400 for a body that is no object, or one of another kind or namespace.
    """
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


def require_namespace(objects: Objects, kind: Kind, namespace: str, name: str) -> None:
    """Refuses a new object whose namespace is not there or is being deleted.

    Raises:
        StatusError: 404 or 403.
    """
    if not kind.namespaced:
        return
    found = objects.get("namespaces", "", namespace)
    if found is None:
        raise not_found(objects.kinds.of("namespaces"), namespace)
    if is_terminating(found):
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        raise forbidden(kind, name, why)


def require_fresh(target: Target, old: Object, given: Object) -> None:
    """Refuses a write whose metadata names another version of the object than the stored one.

    Raises:
        StatusError: 409.
    """
    version = (given.get("metadata") or {}).get("resourceVersion")
    if version not in (None, "", old["metadata"]["resourceVersion"]):
        raise conflict(target.kind, target.name, _STALE)


def require_field(kind: Kind, old: Object, field: str, expected: Any) -> None:
    """Refuses a write that was meant for an object with another `uid` or `resourceVersion`.

    Raises:
        StatusError: 409.
    """
    actual, shown = old["metadata"].get(field), _SHOWN.get(field, field)
    if actual != expected:
        why = f"Precondition failed: {shown} in precondition: {expected}, {shown} in object meta: {actual}"
        raise conflict(kind, old["metadata"]["name"], why)
