"""Puts what local paths lead to into a template: code folders, definitions and nested templates."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from twin.cloudformation.problems import Problems, TemplateError
from twin.cloudformation.source import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin.cloudformation.places import Route

BUCKET = "toban-twin-artefacts"
"""The bucket that packaged templates name; the deployer never reads it, it looks at the package's `code`."""

NESTED = f"https://{BUCKET}.s3.amazonaws.com/"
"""The address in front of a nested template's logical id; the deployer looks at the package's `nested`."""

CODE_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
}
NESTED_PROPERTIES = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}

Package = TypeVar("Package")


class Inliner(Generic[Package]):
    """Replaces the local paths of one template.

    Args:
        folder: What the paths are relative to.
        document: The template; it is changed.
        problems: Is given each path that leads nowhere.
        nest: Packages a nested template, with the parameters that are known before a deployment.

    Attributes:
        code: Logical id of each function and layer to the local folder that its artefact would hold.
        nested: Logical id of each nested stack to its package.
    """

    def __init__(
        self,
        folder: Path,
        document: dict[str, Any],
        problems: Problems,
        nest: Callable[[Path, Mapping[str, Any]], Package],
    ) -> None:
        self.folder, self.document, self.problems, self._nest = folder, document, problems, nest
        self.code: dict[str, Path] = {}
        self.nested: dict[str, Package] = {}
        self._digests: dict[Path, str] = {}

    def run(self) -> None:
        """Visits every resource once."""
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
        where = f"{name}/{self._digest(folder)}"
        serverless = kind.startswith("AWS::Serverless")
        properties[key] = f"s3://{BUCKET}/{where}" if serverless else {"S3Bucket": BUCKET, "S3Key": where}

    def _stack(self, name: str, properties: dict[str, Any], key: str) -> None:
        written = properties.get(key)
        if not isinstance(written, str) or written.startswith("http"):
            return
        route: Route = ("Resources", name, "Properties", key)
        if not (self.folder / written).is_file():
            self.problems.add(route, f"{key} {written} does not exist beside the template: correct the path")
            return
        try:
            self.nested[name] = self._nest(self.folder / written, properties.get("Parameters") or {})
        except TemplateError as error:
            self.problems.extend(error.problems)
        properties[key] = NESTED + name

    def _machine(self, name: str, properties: dict[str, Any], key: str, inline: str) -> None:
        written = properties.get(key)
        if not isinstance(written, str) or written.startswith("s3://"):
            return
        file = self.folder / written
        try:
            definition, places = load(file, shown_as=shown(file))
        except TemplateError as error:
            self.problems.extend(error.problems)
            return
        del properties[key]
        properties[inline] = definition
        self.problems.graft(("Resources", name, "Properties", inline), places)

    def _digest(self, folder: Path) -> str:
        """Returns what changes when the code does, as the key of an uploaded artefact would."""
        if folder not in self._digests:
            digest = hashlib.sha256()
            for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
                if path.is_file() and "__pycache__" not in path.parts:
                    digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
            self._digests[folder] = digest.hexdigest()[:16]
        return self._digests[folder]


def shown(template: Path) -> str:
    """Returns the short name of a file that lies below the current folder, as a compiler gives it."""
    try:
        return str(template.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(template)


def _artefact_root(folder: Path, metadata: Mapping[str, Any]) -> Path:
    """Returns the folder from which a handler's module is imported.

    With `ParentPackageMode: explicit`, `sam build` puts the named packages around the code; the folder that
    holds the outermost of them is then the root.
    """
    build = metadata.get("BuildProperties") or {}
    if build.get("ParentPackageMode") != "explicit":
        return folder
    packages = [part for part in str(build.get("ParentPackages", "")).replace(".", "/").split("/") if part]
    return folder.parents[len(packages) - 1] if packages else folder
