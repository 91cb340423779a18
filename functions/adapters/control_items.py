"""How a capacity snapshot, a lock and a target's record lie in the control table."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from functions.core import names
from functions.core.capacity import (
    Bounds,
    CronJob,
    Layers,
    Lock,
    Note,
    Phase,
    ScaledObject,
    Size,
    Snapshot,
    TargetRecord,
    Workload,
)

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
        return [_whole(one) for one in value]
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    return value


def snapshot_values(snapshot: Snapshot) -> dict[str, object]:
    """Returns a snapshot as plain values."""
    return {
        "mode": snapshot.mode,
        "layers": snapshot.layers._asdict(),
        "phase": snapshot.phase.value,
        "taken_at": snapshot.taken_at.isoformat(),
        "taken_by": snapshot.taken_by,
        "nodegroups": {name: size._asdict() for name, size in snapshot.nodegroups.items()},
        "workloads": [_workload_values(workload) for workload in snapshot.workloads],
        "cronjobs": [cronjob._asdict() for cronjob in snapshot.cronjobs],
        "databases": list(snapshot.databases),
        "attempts": snapshot.attempts,
        "retry_at": snapshot.retry_at.isoformat() if snapshot.retry_at else None,
        "settled_at": snapshot.settled_at.isoformat() if snapshot.settled_at else None,
    }


def _workload_values(workload: Workload) -> dict[str, object]:
    bounds, scaled_object = workload.bounds, workload.scaled_object
    return {
        **workload._asdict(),
        "bounds": bounds and bounds._asdict(),
        "scaled_object": scaled_object and scaled_object._asdict(),
    }


def _snapshot(values: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        mode=values["mode"],
        layers=Layers(**values["layers"]),
        phase=Phase(values["phase"]),
        taken_at=datetime.fromisoformat(values["taken_at"]),
        taken_by=values["taken_by"],
        nodegroups={name: Size(**size) for name, size in values["nodegroups"].items()},
        workloads=tuple(_workload(one) for one in values["workloads"]),
        cronjobs=tuple(CronJob(**one) for one in values["cronjobs"]),
        databases=tuple(values["databases"]),
        attempts=values["attempts"],
        retry_at=_moment(values["retry_at"]),
        # A snapshot of an earlier version lacks what came later.
        settled_at=_moment(values.get("settled_at")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _workload(values: Mapping[str, Any]) -> Workload:
    bounds, scaled = values["bounds"], values.get("scaled_object")
    parts = {
        "bounds": Bounds(**bounds) if bounds else None,
        "scaled_object": ScaledObject(**scaled) if scaled else None,
    }
    return Workload(**{**values, **parts})


def _lock(values: Mapping[str, Any]) -> Lock | None:
    if not values.get("owner"):
        return None
    leased_until = datetime.fromisoformat(values["leased_until"])
    return Lock(owner=values["owner"], leased_until=leased_until, fence=values["fence"])


def target_record(items: Iterable[Mapping[str, Any]]) -> TargetRecord:
    """Returns what a target's items say; items of kinds that this version does not know are left alone."""
    found = {item["sk"]["S"]: from_item(item) for item in items}
    held = [
        {**values, "id": key.removeprefix(names.HOLD_PREFIX)}
        for key, values in found.items()
        if key.startswith(names.HOLD_PREFIX)
    ]
    return TargetRecord(
        snapshot=_snapshot(found[names.CAPACITY]) if names.CAPACITY in found else None,
        lock=_lock(found[names.LOCK]) if names.LOCK in found else None,
        schedule=found.get(names.SCHEDULE, {}).get("document"),
        last_good_schedule=found.get(names.LAST_GOOD_SCHEDULE, {}).get("document"),
        holds=tuple(held),
        pages=frozenset(
            key.removeprefix(names.PAGE_PREFIX) for key in found if key.startswith(names.PAGE_PREFIX)
        ),
        notes={
            key.removeprefix(names.NOTE_PREFIX): Note(values["values"], values["revision"])
            for key, values in found.items()
            if key.startswith(names.NOTE_PREFIX)
        },
    )
