"""Patches of a kustomization: lists of JSON operations, and partial objects that are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.manifests.errors import ManifestError
from twin.manifests.files import only, read_documents

if TYPE_CHECKING:
    from pathlib import Path

    from twin.manifests.files import Object

MERGED_BY = {"containers": "name", "initContainers": "name", "env": "name", "volumes": "name"}
"""Lists that Kubernetes merges item by item, by the member that names an item."""


def apply(objects: list[Object], given: Object, folder: Path) -> None:
    """Applies one patch to the objects that it is for.

    Raises:
        ManifestError: It is written in a way that is not emulated, or finds no object.
    """
    only(given, ("path", "target"), f"{folder}: patches {given.get('path')}")
    file = folder / given["path"]
    for written in read_documents(file):
        target = given.get("target") or _named(written)
        only(target, ("kind", "name", "namespace"), f"{file}: target")
        found = [each for each in objects if _fits(each, target)]
        if not found:
            raise ManifestError(f"{file} patches {target['kind']} {target['name']}, which is not there")
        for each in found:
            if isinstance(written, list):
                for operation in written:
                    _operate(each, operation, file)
            else:
                _merge(each, {key: written[key] for key in written if key != "metadata"}, file)
                _merge(each["metadata"], _described(written["metadata"]), file)


def _named(written: Any) -> Object:
    meta = written["metadata"]
    return {"kind": written["kind"], **{key: meta[key] for key in ("name", "namespace") if key in meta}}


def _described(meta: Object) -> Object:
    return {key: value for key, value in meta.items() if key not in ("name", "namespace")}


def _fits(thing: Object, target: Object) -> bool:
    seen = {"kind": thing["kind"], **thing["metadata"]}
    return all(seen.get(key) == value for key, value in target.items())


def _merge(into: Object, patch: Object, file: Path) -> None:
    for key, value in patch.items():
        if key.startswith("$"):
            raise ManifestError(f"{file}: {key} is not emulated by the twin")
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value, file)
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
            _merge_items(into.setdefault(key, []), value, MERGED_BY.get(key), f"{file}: {key}", file)
        else:
            into[key] = value


def _merge_items(into: list[Any], items: list[Any], key: str | None, where: str, file: Path) -> None:
    if key is None:
        raise ManifestError(f"{where}: merging this list is not emulated by the twin; use JSON operations")
    for item in items:
        known = next((each for each in into if each[key] == item[key]), None)
        if known is None:
            into.append(item)
        else:
            _merge(known, item, file)


def _operate(thing: Object, operation: Object, file: Path) -> None:
    """Carries out one operation of RFC 6902."""
    only(operation, ("op", "path", "value"), f"{file}: operation")
    *route, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
    try:
        inside: Any = thing
        for part in route:
            inside = inside[int(part) if isinstance(inside, list) else part]
        _write(inside, last, operation, file)
    except (LookupError, TypeError, ValueError) as error:
        raise ManifestError(f"{file}: {operation['path']} is not there") from error


def _write(inside: Any, last: str, operation: Object, file: Path) -> None:
    place = operation["op"]
    if isinstance(inside, list):
        index = len(inside) if last == "-" else int(last)
        if place == "add":
            inside.insert(index, operation["value"])
            return
        key: Any = index
    else:
        key = last
    if place in ("remove", "replace") and (isinstance(inside, list) or key in inside):
        del inside[key]
    elif place != "add":
        raise ManifestError(f"{file}: {place} {operation['path']} finds nothing, or is not emulated")
    if place == "replace" and isinstance(inside, list):
        inside.insert(key, operation["value"])
    elif place in ("add", "replace"):
        inside[key] = operation["value"]
