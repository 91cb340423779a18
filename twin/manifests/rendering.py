"""Composes a kustomization: its resources and generated maps, then its components, then what changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.manifests import changes, config_maps, patches
from twin.manifests.errors import ManifestError
from twin.manifests.files import NAME, Object, read_documents, read_kustomization
from twin.manifests.replacements import replace

if TYPE_CHECKING:
    from pathlib import Path

LOCAL = "config.kubernetes.io/local-config"
"""The annotation of what is read while rendering and never installed."""


def render(folder: Path) -> list[Object]:
    """Returns the objects of a kustomization.

    Args:
        folder: Holds a `kustomization.yaml`.

    Raises:
        ManifestError: It uses what is not emulated, or does not compose.
    """
    objects = _composed(folder.resolve(), [])
    config_maps.name_by_content(objects)
    return [each for each in objects if each["metadata"].get("annotations", {}).get(LOCAL) != "true"]


def _composed(folder: Path, before: list[Object]) -> list[Object]:
    """Returns the objects of one kustomization; a component works on those `before` it."""
    given, file = read_kustomization(folder), folder / NAME
    objects = before
    for entry in given.get("resources", []):
        path = (folder / entry).resolve()
        objects = [*objects, *(_composed(path, []) if path.is_dir() else _documents(path))]
    config_maps.generate(objects, given.get("configMapGenerator", []), folder)
    for entry in given.get("components", []):
        objects = _composed((folder / entry).resolve(), objects)
    for patch in given.get("patches", []):
        patches.apply(objects, patch, folder)
    if "namespace" in given:
        changes.put_into_namespace(objects, given["namespace"])
    for labels in given.get("labels", []):
        changes.add_labels(objects, labels, where=f"{file}: labels")
    for image in given.get("images", []):
        changes.name_image(objects, image, where=f"{file}: images")
    for replacement in given.get("replacements", []):
        replace(objects, replacement, where=f"{file}: replacements")
    return objects


def _documents(file: Path) -> list[Object]:
    documents = read_documents(file)
    for each in documents:
        if not isinstance(each, dict) or not each.get("kind") or not each.get("metadata", {}).get("name"):
            raise ManifestError(f"{file} holds what is no object with a kind and a name")
    return documents
