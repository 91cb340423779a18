"""Reads the files of a kustomization, and refuses what this renderer does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from twin.manifests.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Object = dict[str, Any]
NAME = "kustomization.yaml"
FIELDS = frozenset(
    {
        "apiVersion", "kind", "resources", "components", "namespace", "labels", "images",
        "configMapGenerator", "patches", "replacements",
    }
)  # fmt: skip
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML was built with it: ten times as fast."""


def read_documents(file: Path) -> list[Any]:
    """Returns the documents of a YAML file, empty ones left out.

    Raises:
        ManifestError: The file cannot be read, or is no YAML.
    """
    try:
        return [each for each in yaml.load_all(read_text(file), _LOADER) if each]
    except yaml.YAMLError as error:
        raise ManifestError(f"{file} is no YAML: {error}") from error


def read_text(file: Path) -> str:
    """Returns a file's text.

    Raises:
        ManifestError: It cannot be read.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{file} cannot be read: {error}") from error


def read_kustomization(folder: Path) -> Object:
    """Returns what a folder's kustomization says.

    Raises:
        ManifestError: There is none, or it has a field that is not emulated.
    """
    file = folder / NAME
    documents = read_documents(file)
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise ManifestError(f"{file} must hold one mapping")
    only(documents[0], FIELDS, f"{file}")
    found: Object = documents[0]
    return found


def only(given: Object, known: Iterable[str], where: str) -> None:
    """Refuses the fields of a mapping that are not known.

    Raises:
        ManifestError: It has others.
    """
    if others := sorted(set(given) - set(known)):
        raise ManifestError(f"{where}: {', '.join(others)} is not emulated by the twin")
