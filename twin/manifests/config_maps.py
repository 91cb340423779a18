"""ConfigMaps that a kustomization generates, and the hash of what is in them that ends their names."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from twin.manifests.errors import ManifestError
from twin.manifests.files import NAME, only, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin.manifests.files import Object

HASHED = "toban.dev/named-by-content"
"""Marks a generated map until the end, when its name is known."""
_REFERENCES = ("configMap", "configMapRef", "configMapKeyRef")
_SPELLING = str.maketrans("013ae", "ghkmt")
"""kustomize's own: no vowel that could make a word, no digit that reads as a letter."""
_HASH_LENGTH = 10


def generate(objects: list[Object], generators: list[Object], folder: Path) -> None:
    """Adds the maps that a kustomization generates, or merges into those that an inner one did.

    Raises:
        ManifestError: A generator is written in a way that is not emulated, or merges into nothing.
    """
    for given in generators:
        where = f"{folder / NAME}: configMapGenerator {given.get('name')}"
        only(given, ("name", "namespace", "behavior", "envs", "files", "literals", "options"), where)
        data = dict(_pairs(given, folder, where))
        if given.get("behavior", "create") == "merge":
            _merged(objects, given, where)["data"].update(data)
        else:
            only({"behavior": None} if given.get("behavior", "create") != "create" else {}, (), where)
            objects.append(_new(given, data, where))


def _new(given: Object, data: dict[str, str], where: str) -> Object:
    options = given.get("options", {})
    only(options, ("annotations", "disableNameSuffixHash", "labels"), f"{where}: options")
    meta: Object = {"name": given["name"]}
    meta |= {key: given[key] for key in ("namespace",) if key in given}
    meta |= {key: dict(options[key]) for key in ("annotations", "labels") if key in options}
    if not options.get("disableNameSuffixHash"):
        meta[HASHED] = True
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data}


def _merged(objects: list[Object], given: Object, where: str) -> Object:
    for each in objects:
        meta = each["metadata"]
        if (each["kind"], meta["name"]) == ("ConfigMap", given["name"]) and meta.get(
            "namespace"
        ) == given.get("namespace"):
            return each
    raise ManifestError(f"{where} merges into a map that is not there")


def _pairs(given: Object, folder: Path, where: str) -> Iterator[tuple[str, str]]:
    for name in given.get("envs", []):
        for line in read_text(folder / name).splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                yield _pair(line, where)
    for name in given.get("files", []):
        key, _, path = name.rpartition("=")
        file = folder / path
        yield key or file.name, read_text(file)
    for literal in given.get("literals", []):
        yield _pair(literal, where)


def _pair(text: str, where: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ManifestError(f"{where}: {text!r} is no KEY=VALUE")
    return key, value


def name_by_content(objects: list[Object]) -> None:
    """Ends the names of generated maps with a hash of what is in them, and their users' references too."""
    names: dict[tuple[str | None, str], str] = {}
    for each in objects:
        meta = each["metadata"]
        if meta.pop(HASHED, False):
            written = f"{meta['name']}-{_hash(each)}"
            names[meta.get("namespace"), meta["name"]] = written
            meta["name"] = written
    for each in objects:
        _refer(each, each["metadata"].get("namespace"), names)


def _hash(thing: Object) -> str:
    # kustomize means to hash the name too, but looks for it where it is not: it always hashes an empty one.
    content = {"data": thing["data"], "kind": "ConfigMap", "name": ""}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":  # as Go's encoder writes them
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH].translate(_SPELLING)


def _refer(value: Any, namespace: str | None, names: dict[tuple[str | None, str], str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _REFERENCES and isinstance(inner, dict) and (namespace, inner.get("name")) in names:
                inner["name"] = names[namespace, inner["name"]]
            else:
                _refer(inner, namespace, names)
    elif isinstance(value, list):
        for inner in value:
            _refer(inner, namespace, names)
