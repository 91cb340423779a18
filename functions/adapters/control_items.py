"""How a lock, notes, holds and pages lie in the control table; it knows no capability."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from functions.core import names
from functions.core.control import Audience, Holder, Lock, Note, TargetRecord
from functions.core.instants import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KEYS = frozenset({"pk", "sk"})
_TO = TypeSerializer()
_FROM = TypeDeserializer()


def to_item(values: Mapping[str, object]) -> dict[str, Any]:
    """Returns DynamoDB's form of plain values; sets, dates and floats do not belong here."""
    return {name: _TO.serialize(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """Returns plain values: numbers are whole, as all of Toban's are."""
    return {name: _whole(_FROM.deserialize(value)) for name, value in item.items()}


def _whole(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    return value


def instant_text(moment: datetime) -> str:
    """Writes an instant so that its text sorts by time: always in UTC, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def read_lock(values: Mapping[str, Any]) -> Lock | None:
    """Reads the lock's item; None when nobody holds it."""
    if not values.get("owner"):
        return None
    return Lock(
        Holder(
            execution=values["owner"],
            capability=values["capability"],
            action=values["action"],
            tell=Audience(values["tell"]),
        ),
        leased_until=read_instant(values["leased_until"]),
    )


def target_record(items: Iterable[Mapping[str, Any]]) -> TargetRecord:
    """Returns what a target's items say; items of kinds that this version does not know are left alone."""
    found = {item["sk"]["S"]: from_item(item) for item in items}
    return TargetRecord(
        lock=read_lock(found[names.LOCK]) if names.LOCK in found else None,
        holds=tuple({**values, "id": name} for name, values in _under(names.HOLD_PREFIX, found)),
        pages=dict(_under(names.PAGE_PREFIX, found)),
        notes={
            name: Note(values["values"], values["revision"])
            for name, values in _under(names.NOTE_PREFIX, found)
        },
    )


def is_setting(item: Mapping[str, Any]) -> bool:
    """Tells whether an item is one that only people write: a hold, or a note below `settings/`."""
    key = str(item["sk"]["S"])
    return key.startswith((names.HOLD_PREFIX, names.NOTE_PREFIX + names.SETTINGS_NOTE))


def _under(prefix: str, found: Mapping[str, dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Returns the values of the items of one kind, without their keys, by what follows the prefix."""
    for key, values in found.items():
        if key.startswith(prefix):
            yield key.removeprefix(prefix), {name: values[name] for name in values if name not in KEYS}
