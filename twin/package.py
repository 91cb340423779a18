"""Packages a SAM template as `sam package` would, without a bucket: local paths become local folders.

The twin then deploys plain CloudFormation: aws-sam-translator expands the serverless types offline, and every
value keeps the line where a person wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin.cloudformation.problems import Problems
from twin.cloudformation.source import load
from twin.cloudformation.structure import refused_structure
from twin.local_paths import Inliner, shown
from twin.sam_transform import is_sam, translate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.cloudformation.places import Sources


@dataclass(frozen=True)
class Packaged:
    """A template that is ready to deploy, and where its parts came from."""

    template: dict[str, Any]
    """Plain CloudFormation, the SAM transform applied."""
    code: dict[str, Path]
    """Logical id of each function and layer to the local folder that its artefact would hold."""
    sources: Sources
    """The line of every value."""
    nested: dict[str, Packaged] = field(default_factory=dict)
    """Logical id of each nested stack to its own package."""


def package(
    template: Path, *, parameters: Mapping[str, str] | None = None, region: str = "us-east-1"
) -> Packaged:
    """Reads a template, inlines its local paths and expands its serverless types.

    Args:
        template: The template's file; every local path in it is relative to its folder.
        parameters: Parameter values; the transform itself needs those that decide what it generates.
        region: The Region whose partition the generated ARNs carry.

    Returns:
        The plain template with its code folders, lines and nested packages.

    Raises:
        TemplateError: With every problem that was found, each with its file and line.
    """
    document, sources = load(template, shown_as=shown(template))
    problems = Problems(sources)
    if not isinstance(document, dict) or "Resources" not in document:
        problems.add((), "a template is a mapping with a section Resources: write one")
        problems.stop_if_any()
    for route, text in refused_structure(document, size=template.stat().st_size):
        problems.add(route, text)
    problems.stop_if_any()
    known = {**_defaults(document), **(parameters or {})}

    def nest(file: Path, given: Mapping[str, Any]) -> Packaged:
        return package(file, parameters=_handed_on(given, known), region=region)

    inliner = Inliner(template.parent, document, problems, nest)
    inliner.run()
    problems.stop_if_any()
    plain = translate(document, problems, parameters or {}, region) if is_sam(document) else document
    return Packaged(plain, inliner.code, sources, inliner.nested)


def _defaults(document: Mapping[str, Any]) -> dict[str, str]:
    declared = document.get("Parameters") or {}
    return {
        name: str(each["Default"])
        for name, each in declared.items()
        if isinstance(each, dict) and "Default" in each
    }


def _handed_on(given: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, str]:
    """Returns what a nested template is given, as far as it is known before anything is made."""
    values: dict[str, str] = {}
    for name, value in given.items():
        if isinstance(value, dict):
            referred = value.get("Ref")
            if isinstance(referred, str) and referred in known:
                values[name] = known[referred]
        else:
            values[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return values
