"""Reads a template from YAML or JSON into plain data, and remembers the line of every value.

CloudFormation's YAML is YAML 1.1 with short tags (`!Ref`, `!Sub`, ...), anchors and merge keys. Dates stay text,
because `Version: 2012-10-17` is no date to anybody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from twin.cloudformation.problems import Problem, TemplateError

if TYPE_CHECKING:
    from pathlib import Path

Route = tuple[str | int, ...]
"""Keys and indexes from the root of a template to one of its values."""

PLAIN_TAGS = {"Ref": "Ref", "Condition": "Condition"}
BASE_CLASS = yaml.constructor.SafeConstructor
TIMESTAMP = "tag:yaml.org,2002:timestamp"
MERGE = "tag:yaml.org,2002:merge"


@dataclass(frozen=True)
class Place:
    """A line of a file; lines count from 1."""

    file: str
    line: int


@dataclass
class Sources:
    """Where each value of a template was written."""

    root: str
    places: dict[Route, Place] = field(default_factory=dict)
    texts: dict[Route, str] = field(default_factory=dict)

    def graft(self, route: Route, other: Sources) -> None:
        """Hangs the places of another file, a machine's definition for example, under a route."""
        self.places.update({route + inner: place for inner, place in other.places.items()})
        self.texts.update({route + inner: text for inner, text in other.texts.items()})

    def place(self, route: Route, *, needle: str | None = None) -> Place:
        """Returns the line of a route, or of its nearest written ancestor.

        Resources that the SAM transform generates carry the name of their origin in front of their own; their lines
        are looked up there, and `needle` finds the line inside of it, or inside `Globals`.
        """
        exact = self._origin(route)
        if needle and exact not in (route, ()):
            for base in (exact[:2], ("Globals",)):
                found = next(
                    (at for at, text in self.texts.items() if at[: len(base)] == base and needle in text),
                    None,
                )
                if found:
                    return self.places[found]
        return self.places.get(exact, Place(self.root, 1))

    def _origin(self, route: Route) -> Route:
        """Returns the nearest route that was really written."""
        origin = self._generated_from(route) if len(route) > 1 and route[:2] not in self.places else route
        while origin and origin not in self.places:
            origin = origin[:-1]
        return origin

    def _generated_from(self, route: Route) -> Route:
        """Returns, for a generated resource's route, the resource, or the event of it, that it was made from."""
        section, name, rest = route[0], str(route[1]), route[2:]
        written = [str(at[1]) for at in self.places if len(at) == 2 and at[0] == section]  # noqa: PLR2004 - section, name
        parent = max((w for w in written if name.startswith(w)), key=len, default=None)
        if parent is None:
            return (section,)
        events = (section, parent, "Properties", "Events")
        for at in self.places:
            event = at[4] if len(at) == 5 and at[:4] == events else None  # noqa: PLR2004 - events, then the name
            if event and name[len(parent) :].startswith(str(event)):
                return (*events, event, *rest)
        return (section, parent, *rest)


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
