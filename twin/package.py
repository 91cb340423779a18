"""Packages a SAM template as `sam package` would, without a bucket: local paths become folders the twin can run.

The twin then deploys plain CloudFormation: aws-sam-translator expands the serverless types offline, and every value
keeps the line where a person wrote it.
"""

from __future__ import annotations

import copy
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin.cloudformation.problems import Problems, TemplateError
from twin.cloudformation.source import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloudformation.places import Route, Sources

BUCKET = "toban-twin-artefacts"
"""The bucket that packaged templates name; the deployer never reads it, it looks at `Packaged.code`."""

NESTED = "https://toban-twin-artefacts.s3.amazonaws.com/"
"""The address in front of a nested template's logical id; the deployer looks at `Packaged.nested`."""

SAM = "AWS::Serverless-2016-10-31"
SECTIONS = {
    "AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Mappings", "Metadata", "Outputs", "Parameters",
    "Resources", "Rules", "Transform",
}  # fmt: skip
CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
}
NESTED_PROPERTIES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}


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
    """This function will read a template, inline its local paths and expand its serverless types.

    Args:
        template: The template's file; every local path in it is relative to its folder.
        parameters: Parameter values; the transform itself needs those that decide what it generates.
        region: The Region whose partition the generated ARNs carry.

    Returns:
        The plain template with its code folders, lines and nested packages.

    Raises:
        TemplateError: With every problem that was found, each with its file and line.
    """
    document, sources = load(template, shown_as=_shown(template))
    problems = Problems(sources)
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        problems.add((), "a template is a mapping with a section Resources: write one")
    problems.stop_if_any()
    for section in document:
        if section not in SECTIONS:
            problems.add(
                (section,), f"{section} is no section of a template: remove it or correct its spelling"
            )
    inliner = _Inliner(template.parent, document, problems)
    inliner.run()
    problems.stop_if_any()
    plain = _translate(document, problems, parameters or {}, region) if _is_sam(document) else document
    return Packaged(plain, inliner.code, sources, inliner.nested)


def _shown(template: Path) -> str:
    """Names a file the short way when it lies below the current folder, as a compiler does."""
    try:
        return str(template.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(template)


def _is_sam(document: dict[str, Any]) -> bool:
    transforms = document.get("Transform", [])
    return SAM in (transforms if isinstance(transforms, list) else [transforms])


class _Inliner:
    """Replaces the local paths of one template."""

    def __init__(self, folder: Path, document: dict[str, Any], problems: Problems) -> None:
        self.folder, self.document, self.problems = folder, document, problems
        self.code: dict[str, Path] = {}
        self.nested: dict[str, Packaged] = {}

    def run(self) -> None:
        """Will visit every resource once."""
        shared = self.document.get("Globals", {})
        for name, resource in self.document["Resources"].items():
            route: Route = ("Resources", name)
            if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
                self.problems.add(route, "a resource is a mapping with a Type: write which one")
                continue
            kind, properties = resource["Type"], resource.setdefault("Properties", {}) or {}
            resource["Properties"] = properties
            if kind == "AWS::Serverless::Function" and "InlineCode" not in properties:
                properties.setdefault("CodeUri", shared.get("Function", {}).get("CodeUri"))
            if kind in CODE_PROPERTIES:
                self._code(name, resource, CODE_PROPERTIES[kind], kind)
            elif kind in NESTED_PROPERTIES:
                self._stack(name, properties, NESTED_PROPERTIES[kind])
            elif kind == "AWS::Serverless::StateMachine":
                self._machine(name, properties, "DefinitionUri", "Definition")
            elif kind == "AWS::StepFunctions::StateMachine":
                self._machine(name, properties, "DefinitionS3Location", "Definition")

    def _code(self, name: str, resource: dict[str, Any], key: str, kind: str) -> None:
        properties = resource["Properties"]
        written = properties.get(key)
        if not isinstance(written, str) or written.startswith("s3://"):
            return
        folder = (self.folder / written).resolve()
        if not folder.exists():
            self.problems.add(
                ("Resources", name, "Properties", key),
                f"{key} {written} does not exist beside the template: correct the path",
                needle=written,
            )
            return
        self.code[name] = _artefact_root(folder, resource.get("Metadata") or {})
        serverless = kind.startswith("AWS::Serverless")
        properties[key] = f"s3://{BUCKET}/{name}" if serverless else {"S3Bucket": BUCKET, "S3Key": name}

    def _stack(self, name: str, properties: dict[str, Any], key: str) -> None:
        written = properties.get(key)
        if not isinstance(written, str) or written.startswith("http"):
            return
        route: Route = ("Resources", name, "Properties", key)
        if not (self.folder / written).is_file():
            self.problems.add(route, f"{key} {written} does not exist beside the template: correct the path")
            return
        try:
            self.nested[name] = package(self.folder / written)
        except TemplateError as error:
            self.problems.extend(error.problems)
        properties[key] = NESTED + name

    def _machine(self, name: str, properties: dict[str, Any], key: str, inline: str) -> None:
        written = properties.get(key)
        if not isinstance(written, str) or written.startswith("s3://"):
            return
        file = self.folder / written
        try:
            definition, places = load(file, shown_as=_shown(file))
        except TemplateError as error:
            self.problems.extend(error.problems)
            return
        del properties[key]
        properties[inline] = definition
        self.problems.graft(("Resources", name, "Properties", inline), places)


def _artefact_root(folder: Path, metadata: Mapping[str, Any]) -> Path:
    """Gives the folder from which a handler's module is imported.

    With `ParentPackageMode: explicit`, `sam build` puts the named packages around the code; the folder that holds the
    outermost of them is then the root.
    """
    build = metadata.get("BuildProperties") or {}
    if build.get("ParentPackageMode") != "explicit":
        return folder
    packages = [part for part in str(build.get("ParentPackages", "")).replace(".", "/").split("/") if part]
    return folder.parents[len(packages) - 1] if packages else folder


def _translate(
    document: dict[str, Any], problems: Problems, parameters: Mapping[str, str], region: str
) -> dict[str, Any]:
    # Imported here because it takes longer to load than a plain template takes to deploy.
    import boto3  # noqa: PLC0415
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.parser.parser import Parser  # noqa: PLC0415
    from samtranslator.translator.translator import Translator  # noqa: PLC0415

    # The translator counts what it translated, for AWS's own tools to publish; the twin publishes nothing.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    # The session is there for its Region alone; without one, the person's own AWS settings would be read.
    translator = Translator(None, Parser(), boto_session=boto3.Session(region_name=region))
    try:
        plain: dict[str, Any] = translator.translate(
            copy.deepcopy(document),
            parameter_values=dict(parameters),
            passthrough_metadata=True,
            get_managed_policy_map=dict,
        )
    except InvalidDocumentException as error:
        for cause in error.causes:
            _add_cause(cause, problems)
        problems.stop_if_any()
        raise
    return plain


def _add_cause(cause: Any, problems: Problems) -> None:
    """Places one complaint of the transform on the line of the resource, or the event, that it names."""
    name = getattr(cause, "_logical_id", None)
    route: Route = ("Resources", name) if name else ()
    event = getattr(cause, "_event_id", None)
    if name and event:
        route = ("Resources", name, "Properties", "Events", event)
    text = str(cause.message)
    marker = "is invalid. "
    problems.add(route, f"the SAM transform refuses it: {text.split(marker, 1)[-1]}")
