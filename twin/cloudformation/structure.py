"""CloudFormation's own refusals of a template's shape: nulls, sections, names and limits, before it is read.

CloudFormation user guide, "Template sections" and "CloudFormation quotas".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.cloudformation.places import Route

Found = tuple["Route", str]

VERSION = "2010-09-09"
SECTIONS = {
    "AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Mappings", "Metadata", "Outputs",
    "Parameters", "Resources", "Rules", "Transform",
}  # fmt: skip
MAPPINGS = ("Conditions", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules")
"""Sections that are mappings."""
NAMED = ("Conditions", "Mappings", "Outputs", "Parameters", "Resources", "Rules")
"""Sections whose keys are logical names."""
MOST = {"Mappings": 200, "Outputs": 200, "Parameters": 200, "Resources": 500}
MOST_ATTRIBUTES = 200
"""Keys of one mapping (quotas, "Mapping attributes")."""
MOST_BYTES = 1_000_000
"""The size of a template that comes from a bucket, as from `sam deploy` (51,200 bytes when it does not)."""
LONGEST_NAME = 255
LONGEST_DESCRIPTION = 1024
LOGICAL = re.compile(r"[A-Za-z0-9]+")
MAP_KEY = re.compile(r"[A-Za-z0-9.\-]+")
SAM, LANGUAGE_EXTENSIONS = "AWS::Serverless-2016-10-31", "AWS::LanguageExtensions"
TRANSFORMS = (SAM, LANGUAGE_EXTENSIONS)
FREE_FORM = {
    "AWS::Serverless::StateMachine": {"Definition"},
    "AWS::Serverless::Api": {"DefinitionBody"},
    "AWS::Serverless::HttpApi": {"DefinitionBody"},
}
"""Properties whose nulls the SAM transform writes into text."""


def refused_structure(document: Mapping[str, Any], *, size: int = 0) -> Iterator[Found]:
    """Yields what is wrong with a template's shape: a route and a sentence.

    Args:
        document: The template as it was written.
        size: Its size in bytes.
    """
    if size > MOST_BYTES:
        yield (), f"the template has {size} bytes: {MOST_BYTES} are the most"
    yield from _nulls(document, (), document)
    yield from _head(document)
    for section, value in document.items():
        if section in MAPPINGS and value is not None and not isinstance(value, dict):
            yield (section,), f"the section {section} must be a mapping: write one"
        elif section in MOST and isinstance(value, dict) and len(value) > MOST[section]:
            yield (section,), f"{section} has {len(value)} entries: {MOST[section]} are the most"
    if not document.get("Resources"):
        yield ("Resources",), "a template needs at least one resource: write one"
    for section in NAMED:
        names = document.get(section)
        for name in names if isinstance(names, dict) else ():
            extension = name.startswith("Fn::ForEach") or (
                section == "Conditions" and name == "Fn::Transform"
            )
            if not extension and not (LOGICAL.fullmatch(name) and len(name) <= LONGEST_NAME):
                text = f"{name!r} is no logical name: use letters and digits alone, {LONGEST_NAME} at most"
                yield (section, name), text
    yield from _mappings(document.get("Mappings"))


def _head(document: Mapping[str, Any]) -> Iterator[Found]:
    for section in document:
        if section not in SECTIONS:
            text = f"{section} is no section of a template: remove it or correct its spelling"
            yield (section,), text
    version = document.get("AWSTemplateFormatVersion")
    if version is not None and str(version) != VERSION:
        yield (
            ("AWSTemplateFormatVersion",),
            f"AWSTemplateFormatVersion is {version}: {VERSION} is the only one",
        )
    description = document.get("Description")
    if description is not None and not isinstance(description, str):
        yield ("Description",), "Description must be text: write it as one"
    elif isinstance(description, str) and len(description.encode()) > LONGEST_DESCRIPTION:
        yield ("Description",), f"Description is longer than {LONGEST_DESCRIPTION} bytes: shorten it"
    transforms = document.get("Transform", [])
    for transform in transforms if isinstance(transforms, list) else [transforms]:
        if transform is not None and transform not in TRANSFORMS:
            name = transform if isinstance(transform, str) else transform.get("Name", transform)
            yield (
                ("Transform",),
                f"not emulated: the transform {name}; the twin knows {' and '.join(TRANSFORMS)}",
            )
    if "Globals" in document and SAM not in (transforms if isinstance(transforms, list) else [transforms]):
        yield ("Globals",), f"Globals belong to the transform {SAM}: add it, or remove them"


def _nulls(value: Any, route: Route, document: Mapping[str, Any]) -> Iterator[Found]:
    """Yields each null: CloudFormation says "'null' values are not allowed in templates"."""
    if value is None:
        where = "/".join(map(str, route))
        yield (
            route,
            f"null values are not allowed in templates, and /{where} is one: give it a value or remove it",
        )
    elif isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if not _is_free_form((*route, key), document):
                yield from _nulls(item, (*route, key), document)


def _is_free_form(route: Route, document: Mapping[str, Any]) -> bool:
    if len(route) != 4 or route[0] != "Resources" or route[2] != "Properties":  # noqa: PLR2004 - a property
        return False
    resource = document["Resources"][route[1]]
    kind = resource.get("Type") if isinstance(resource, dict) else None
    return isinstance(kind, str) and route[3] in FREE_FORM.get(kind, set())


def _mappings(mappings: Any) -> Iterator[Found]:
    for name, mapping in mappings.items() if isinstance(mappings, dict) else ():
        route: Route = ("Mappings", name)
        if not isinstance(mapping, dict):
            yield route, "a mapping has keys with names and values: write them"
            continue
        if len(mapping) > MOST_ATTRIBUTES:
            yield route, f"the mapping has {len(mapping)} keys: {MOST_ATTRIBUTES} are the most"
        for key, pairs in mapping.items():
            if not isinstance(pairs, dict):
                yield (*route, key), f"{key} must hold names and values: a mapping has two levels"
                continue
            for inner, value in pairs.items():
                at = (*route, key, inner)
                if not MAP_KEY.fullmatch(str(inner)) or not MAP_KEY.fullmatch(str(key)):
                    yield at, f"{key}/{inner} is no name in a mapping: use letters, digits, - and ."
                if isinstance(value, dict):
                    yield at, "a mapping holds texts and lists, no functions and no mappings: write the value"
