"""Replacements of a kustomization: a value of one object written into fields of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.manifests.errors import ManifestError
from twin.manifests.files import only

if TYPE_CHECKING:
    from twin.manifests.files import Object

_PART = re.compile(r"\[([^\]]*)\]|((?:\\.|[^.\\])+)")


def replace(objects: list[Object], given: Object, *, where: str) -> None:
    """Writes the source's value, or a part of it, into each target's fields.

    Raises:
        ManifestError: It is written in a way that is not emulated, or source, target or field are not there.
    """
    only(given, ("source", "targets"), where)
    source = given["source"]
    only(source, ("kind", "name", "fieldPath", "options"), f"{where}: source")
    value = _read(_one(objects, source, where), source["fieldPath"], where)
    if options := source.get("options"):
        only(options, ("delimiter", "index"), f"{where}: source options")
        value = value.split(options["delimiter"])[options["index"]]
    for target in given["targets"]:
        only(target, ("select", "fieldPaths", "options"), f"{where}: target")
        only(target["select"], ("kind", "name"), f"{where}: select")
        thing = _one(objects, target["select"], where)
        for path in target["fieldPaths"]:
            _replace(thing, path, value, target.get("options", {}), where)


def _one(objects: list[Object], select: Object, where: str) -> Object:
    for each in objects:
        if (each["kind"], each["metadata"]["name"]) == (select["kind"], select["name"]):
            return each
    raise ManifestError(f"{where}: {select['kind']} {select['name']} is not there")


def _replace(thing: Object, path: str, value: Any, options: Object, where: str) -> None:
    only(options, ("delimiter", "index"), f"{where}: options")
    if options:
        parts = _read(thing, path, where).split(options["delimiter"])
        parts[options["index"]] = value
        value = options["delimiter"].join(parts)
    *route, last = _parts(path)
    inside = _walked(thing, route, path, where)
    inside[int(last) if isinstance(inside, list) else last] = value


def _read(thing: Object, path: str, where: str) -> Any:
    return _walked(thing, _parts(path), path, where)


def _walked(thing: Object, parts: list[str], path: str, where: str) -> Any:
    inside: Any = thing
    try:
        for part in parts:
            inside = inside[int(part) if isinstance(inside, list) else part]
    except (LookupError, TypeError, ValueError) as error:
        raise ManifestError(f"{where}: {path} is not in {thing['metadata']['name']}") from error
    return inside


def _parts(path: str) -> list[str]:
    return [bracketed or re.sub(r"\\(.)", r"\1", plain) for bracketed, plain in _PART.findall(path)]
