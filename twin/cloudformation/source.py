"""Reads a template from YAML or JSON into plain data, and remembers the line of every value.

CloudFormation's YAML is YAML 1.1 with short tags (`!Ref`, `!Sub`, ...), anchors and merge keys. Dates stay
text, because `Version: 2012-10-17` is no date to anybody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from twin.cloudformation.places import Place, Sources
from twin.cloudformation.problems import Problem, TemplateError

if TYPE_CHECKING:
    from pathlib import Path

    from twin.cloudformation.places import Route

PLAIN_TAGS = {"Ref": "Ref", "Condition": "Condition"}
BASE_CLASS = yaml.constructor.SafeConstructor
TIMESTAMP = "tag:yaml.org,2002:timestamp"
MERGE = "tag:yaml.org,2002:merge"


def load(file: Path, *, shown_as: str | None = None) -> tuple[Any, Sources]:
    """Reads one YAML or JSON file.

    Args:
        file: The file.
        shown_as: How messages name it; None means by its path.

    Returns:
        The plain data, short tags written out as their long forms, and the line of every value.

    Raises:
        TemplateError: The file is missing, is no YAML, repeats a key, or is empty.
    """
    name = shown_as or str(file)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(
            [Problem(name, 1, f"cannot be read ({error}): give the path of a text file")]
        ) from error
    return loads(text, name)


def loads(text: str, name: str) -> tuple[Any, Sources]:
    """Reads the text of a template; see `load`."""
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TemplateError([Problem(name, line, f"is no valid YAML: {error.problem}")]) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise TemplateError([Problem(name, 1, f"is no valid YAML: {error}")]) from error
    if node is None:
        raise TemplateError([Problem(name, 1, "is empty: a template needs at least the section Resources")])
    reader = _Reader(Sources(name))
    value = reader.read(node, ())
    if reader.problems:
        raise TemplateError(reader.problems)
    return value, reader.sources


class _Reader:
    """Walks YAML nodes once, building data and recording lines."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.problems: list[Problem] = []
        self._scalars = BASE_CLASS()

    def read(self, node: yaml.Node, route: Route) -> Any:
        """Builds the value of a node, and its children's."""
        place = Place(self.sources.root, node.start_mark.line + 1)
        self.sources.places[route] = place
        if node.tag.startswith("!") and node.tag != "!":
            return self._short_tag(node, route)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, route)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*route, index)) for index, child in enumerate(node.value)]
        self.sources.texts[route] = str(node.value)
        if node.tag == TIMESTAMP:
            return node.value
        return self._scalars.construct_object(node)

    def _short_tag(self, node: yaml.Node, route: Route) -> dict[str, Any]:
        tag = node.tag[1:]
        name = PLAIN_TAGS.get(tag, f"Fn::{tag}")
        inner = (*route, name)
        self.sources.places[inner] = self.sources.places[route]
        if tag == "GetAtt" and isinstance(node, yaml.ScalarNode):
            self.sources.texts[inner] = str(node.value)
            return {name: str(node.value).split(".", 1)}
        if isinstance(node, yaml.ScalarNode):
            self.sources.texts[inner] = str(node.value)
            return {name: node.value}
        plain: yaml.Node = (
            yaml.MappingNode("tag:yaml.org,2002:map", node.value, node.start_mark, node.end_mark)
            if isinstance(node, yaml.MappingNode)
            else yaml.SequenceNode("tag:yaml.org,2002:seq", node.value, node.start_mark, node.end_mark)
        )
        return {name: self.read(plain, inner)}

    def _mapping(self, node: yaml.MappingNode, route: Route) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, child in node.value:
            if key.tag == MERGE:
                parents = child.value if isinstance(child, yaml.SequenceNode) else [child]
                for parent in parents:
                    merged = {**self.read(parent, route), **merged}
                continue
            name = str(key.value)
            if name in own:
                line = key.start_mark.line + 1
                self.problems.append(
                    Problem(self.sources.root, line, f"the key {name} is written twice: keep one of them")
                )
            own[name] = self.read(child, (*route, name))
            self.sources.places[(*route, name)] = Place(self.sources.root, key.start_mark.line + 1)
        self.sources.places[route] = Place(self.sources.root, node.start_mark.line + 1)
        return {**merged, **own}
