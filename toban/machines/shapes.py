"""What is known of a JSON value on every way to a place: its members, and no more than that."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass, field
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

if typing.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Step = str | int
"""One step of a path: a member's name, or an index of a list."""


@dataclass(frozen=True)
class Shape:
    """A value: an object with these members, a list of these items, or anything else, and no more is known.

    Attributes:
        members: What an object has for certain, whatever way was taken; None for what is no object.
        item: What each item of a list is; None for what is no list.
        present: Indexes of a list that are known to be there.
    """

    members: Mapping[str, Shape] | None = None
    item: Shape | None = None
    present: frozenset[int] = field(default_factory=frozenset)

    def at(self, path: Sequence[Step]) -> Shape | None:
        """Returns what lies at a path; None when it is not certain to be there."""
        shape: Shape | None = self
        for step in path:
            if shape is None:
                return None
            if isinstance(step, int):
                shape = shape.item if step in shape.present else None
            else:
                shape = (shape.members or {}).get(step)
        return shape

    def possibly_at(self, path: Sequence[Step]) -> Shape:
        """Returns what lies at a path if anything does."""
        shape: Shape = self
        for step in path:
            inner = shape.item if isinstance(step, int) else (shape.members or {}).get(step)
            shape = inner or ANY
        return shape

    def having(self, path: Sequence[Step], value: Shape) -> Shape:
        """Returns this shape with a value at a path, the objects on the way to it included."""
        if not path:
            return value
        first, rest = path[0], path[1:]
        if isinstance(first, int):
            # That one item is there says nothing of what the others hold.
            return Shape(item=self.item or ANY, present=self.present | {first})
        members = dict(self.members or {})
        members[first] = members.get(first, ANY).having(rest, value)
        return Shape(members=members)

    def joined(self, other: Shape) -> Shape:
        """Returns what is certain of a value that is one of the two."""
        members = None
        if self.members is not None and other.members is not None:
            both = [name for name in self.members if name in other.members]
            members = {name: self.members[name].joined(other.members[name]) for name in both}
        item = self.item.joined(other.item) if self.item is not None and other.item is not None else None
        return Shape(members, item, self.present & other.present if item is not None else frozenset())


ANY = Shape()
"""A value of which nothing is known but that it is there."""


def members(**given: Shape) -> Shape:
    """Returns an object's shape."""
    return Shape(members=given)


def joined(shapes: Iterable[Shape]) -> Shape:
    """Returns what is certain of a value that is one of some; nothing when there is none."""
    result: Shape | None = None
    for shape in shapes:
        result = shape if result is None else result.joined(shape)
    return result or ANY


ERROR = members(Error=ANY, Cause=ANY)
"""What Step Functions hands to a state that catches."""


def shape_of_value(value: Any) -> Shape:
    """Returns the shape of a literal."""
    if isinstance(value, dict):
        return Shape(members={str(key): shape_of_value(item) for key, item in value.items()})
    if isinstance(value, list):
        items = [shape_of_value(item) for item in value]
        return Shape(item=joined(items), present=frozenset(range(len(items))))
    return ANY


def shape_of_type(kind: Any, **own: Any) -> Shape:
    """Returns the shape of a Python annotation, as it looks in JSON.

    Args:
        kind: A NamedTuple has its fields as members, a TypedDict those that it requires; of what may be None
            nothing is certain but that it is there.
        own: What a field of it really is, where its annotation is wider.
    """
    if isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields"):
        hints = get_type_hints(kind)
        return Shape(members={name: shape_of_type(own.get(name, hints[name])) for name in kind._fields})
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        return Shape(members={name: shape_of_type(hints[name]) for name in sorted(kind.__required_keys__)})
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType) or not arguments:
        return ANY
    if get_origin(kind) in (tuple, list, frozenset, set) or str(get_origin(kind)).endswith("abc.Sequence'>"):
        return Shape(item=shape_of_type(arguments[0]))
    return ANY
