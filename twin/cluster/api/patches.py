"""JSON patch, merge patch and strategic merge patch, each a function from an object to its successor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.cluster.status import StatusError, bad_request
from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.shapes import Object

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"

MERGE_KEYS: dict[str, tuple[str, ...]] = {
    "containers": ("name",),
    "initContainers": ("name",),
    "ephemeralContainers": ("name",),
    "env": ("name",),
    "volumes": ("name",),
    "volumeMounts": ("mountPath",),
    "volumeDevices": ("devicePath",),
    "imagePullSecrets": ("name",),
    "hostAliases": ("ip",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
    "conditions": ("type",),
    "addresses": ("type",),
    "ownerReferences": ("uid",),
    "secrets": ("name",),
}
"""Lists that are merged item by item; every other list is one value."""

_SETS = ("finalizers",)


def merge_key(field: str, items: list[Any]) -> tuple[str, ...]:
    """Returns what tells the items of a list apart; empty when the list is one value."""
    if field == "ports":
        # A container's ports are told apart by containerPort, a Service's by port.
        return ("containerPort",) if any("containerPort" in item for item in items) else ("port",)
    return MERGE_KEYS.get(field, ())


def merged(target: Any, patch: Any) -> Any:
    """Returns what a JSON merge patch (RFC 7396) makes: null deletes, objects merge, the rest replaces."""
    if not isinstance(patch, dict):
        return clone(patch)
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def strategic(target: Any, patch: Any) -> Any:
    """Returns what a strategic merge patch makes: as a merge patch, but known lists merge by their key.

    Understands `$patch: delete|replace` and `$deleteFromPrimitiveList/…`; `$setElementOrder` and
    `$retainKeys` change nothing here.
    """
    if not isinstance(patch, dict):
        return clone(patch)
    if patch.get("$patch") == "replace":
        return clone({key: value for key, value in patch.items() if key != "$patch"})
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if key.startswith("$"):
            _directive(result, key, value)
        elif value is None or (isinstance(value, dict) and value.get("$patch") == "delete"):
            result.pop(key, None)
        elif isinstance(value, list):
            result[key] = _list(key, result.get(key), value)
        else:
            result[key] = strategic(result.get(key), value)
    return result


def _directive(result: Object, key: str, value: Any) -> None:
    name, _, field = key.partition("/")
    if name == "$deleteFromPrimitiveList" and field in result:
        result[field] = [item for item in result[field] if item not in value]


def _list(field: str, target: Any, patch: list[Any]) -> list[Any]:
    old = list(target or ())
    if field in _SETS:
        return old + [item for item in patch if item not in old]
    keys = merge_key(field, [item for item in (*patch, *old) if isinstance(item, dict)])
    if not keys:
        return list(clone(patch))
    if any(item.get("$patch") == "replace" for item in patch):
        return [clone(item) for item in patch if "$patch" not in item]
    for item in patch:
        at = next((i for i, have in enumerate(old) if all(have.get(k) == item.get(k) for k in keys)), None)
        if item.get("$patch") == "delete":
            old = old if at is None else old[:at] + old[at + 1 :]
        elif at is None:
            old.append(strategic({}, item))
        else:
            old[at] = strategic(old[at], item)
    return old


def json_patched(target: Object, operations: Any) -> Object:
    """Returns what a JSON patch (RFC 6902) makes.

    Raises:
        StatusError: 400 for a patch that cannot be read, 422 for one that does not fit the object.
    """
    if not isinstance(operations, list):
        raise bad_request(
            "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch"
        )
    result = clone(target)
    for operation in operations:
        try:
            result = _operate(result, operation)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise _does_not_fit() from error
    return dict(result)


def _does_not_fit() -> StatusError:
    """Returns the refusal of a patch that does not fit; the API server says no more than that."""
    return StatusError(422, "Invalid", "the server rejected our request due to an error in our request")


def _operate(doc: Any, operation: Object) -> Any:
    verb, path = operation["op"], _steps(operation["path"])
    if verb == "test":
        if _at(doc, path) != operation.get("value"):
            raise _does_not_fit()
        return doc
    if verb in ("move", "copy"):
        value = clone(_at(doc, _steps(operation["from"])))
        if verb == "move":
            doc = _without(doc, _steps(operation["from"]))
        return _with(doc, path, value, insert=True)
    if verb == "remove":
        return _without(doc, path)
    if verb == "replace":
        _at(doc, path)
    elif verb != "add":
        raise bad_request(f"unexpected kind: {verb}")
    return _with(doc, path, clone(operation["value"]), insert=verb == "add")


def _steps(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise ValueError(pointer)
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _at(doc: Any, path: list[str]) -> Any:
    for step in path:
        doc = doc[int(step)] if isinstance(doc, list) else doc[step]
    return doc


def _with(doc: Any, path: list[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    parent, last = _at(doc, path[:-1]), path[-1]
    if isinstance(parent, list):
        at = len(parent) if last == "-" else int(last)
        if at > len(parent):
            raise IndexError(last)
        parent[at : at + (not insert)] = [value]
    else:
        parent[last] = value
    return doc


def _without(doc: Any, path: list[str]) -> Any:
    parent, last = _at(doc, path[:-1]), path[-1]
    if isinstance(parent, list):
        del parent[int(last)]
    else:
        del parent[last]
    return doc
