"""Shapes that hold others: records with named members, lists, tables and what may be null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from functions.core.reading.faults import Faults, listed, meant, member, shown
from functions.core.reading.shapes import Text
from functions.core.reading.strict_json import Doubled, read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.core.reading.shapes import Shape

LARGEST_BYTES: Final = 16 * 1024 * 1024
"""Of one document: a thousand snapshots with all that is known of them take one MiB."""
REQUIRED: Any = object()
"""Default of a member that must be there."""


class Member(NamedTuple):
    """A member of a record: its shape, what it means, and what stands for it when it is missing."""

    shape: Shape
    says: str
    default: Any = REQUIRED


class Record(NamedTuple):
    """An object with known members, each once; `make` takes them by name."""

    make: Callable[..., Any]
    members: Mapping[str, Member]

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Returns what `make` makes of the members."""
        if not isinstance(value, dict):
            faults.add(path, f"must be an object with {listed(self.members)}, not {shown(value)}")
            return None
        _refuse_strangers(value, self.members, path, faults)
        read = {}
        for name, one in self.members.items():
            place = f"{path}.{name}"
            if name in value or one.default is not REQUIRED:
                read[name] = one.shape.read(value.get(name, one.default), place, faults)
            else:
                faults.add(place, f"is missing; {one.says}")
                read[name] = None
        return self.make(**read)

    def schema(self) -> dict[str, Any]:
        """Returns an object that takes no other members."""
        properties = {}
        for name, one in self.members.items():
            default = {} if one.default is REQUIRED else {"default": one.default}
            properties[name] = {**one.shape.schema(), "description": one.says, **default}
        required = [name for name, one in self.members.items() if one.default is REQUIRED]
        return {
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": properties,
        }


class Listed(NamedTuple):
    """A list of things of one shape."""

    item: Shape
    most: int = 10_000
    least: int = 0

    def read(self, value: Any, path: str, faults: Faults) -> tuple[Any, ...]:
        """Returns a tuple."""
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            found = f"{len(value):,} items" if isinstance(value, list) else shown(value)
            faults.add(path, f"must be a list of {self.least} to {self.most:,} items, not {found}")
            return ()
        return tuple(self.item.read(each, f"{path}[{place}]", faults) for place, each in enumerate(value))

    def schema(self) -> dict[str, Any]:
        """Returns an array."""
        return {
            "type": "array",
            "items": self.item.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }


class Mapped(NamedTuple):
    """An object whose keys are data."""

    value: Shape
    key: Text = Text()

    def read(self, value: Any, path: str, faults: Faults) -> dict[str, Any]:
        """Returns a dict."""
        if not isinstance(value, dict):
            faults.add(path, f"must be an object, not {shown(value)}")
            return {}
        _refuse_strangers(value, value, path, faults)
        for key in value:
            self.key.read(key, f"{path}: the key", faults)
        return {key: self.value.read(each, member(path, key), faults) for key, each in value.items()}

    def schema(self) -> dict[str, Any]:
        """Returns an object of values of one shape."""
        return {"type": "object", "additionalProperties": self.value.schema()}


class Nullable(NamedTuple):
    """A value that may be null."""

    shape: Shape

    def read(self, value: Any, path: str, faults: Faults) -> Any:
        """Returns None for null."""
        return None if value is None else self.shape.read(value, path, faults)

    def schema(self) -> dict[str, Any]:
        """Returns either."""
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}


def read_record(content: bytes, record: Record) -> Any:
    """Returns a JSON document as a record; `$schema` may stand in it.

    Raises:
        DocumentInvalid: it breaks the shape; each fault names its place.
    """
    return read_value(read_json(content, most_bytes=LARGEST_BYTES), record)


def read_value(value: Any, record: Record) -> Any:
    """Returns a decoded document as a record; see `read_record`."""
    faults = Faults()
    if isinstance(value, dict) and isinstance(value.get("$schema"), str):
        kept = Doubled({key: each for key, each in value.items() if key != "$schema"})
        kept.keys_twice = value.keys_twice if isinstance(value, Doubled) else ()
        value = kept
    made = record.read(value, "$", faults)
    faults.refuse_if_any()
    return made


def published(record: Record, title: str) -> dict[str, Any]:
    """Returns the JSON Schema of a document."""
    shape = record.schema()
    shape["properties"] = {"$schema": {"type": "string"}, **shape["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, **shape}


def _refuse_strangers(value: dict[str, Any], known: Mapping[str, Any], path: str, faults: Faults) -> None:
    for key in value.keys_twice if isinstance(value, Doubled) else ():
        faults.add(member(path, key), "stands twice; keep one of them")
    for key in value:
        if key not in known:
            faults.add(member(path, key), f"unknown key; {meant(key, known)}")
