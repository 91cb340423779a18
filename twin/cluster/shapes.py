"""Small readings of Kubernetes objects, which stay plain dictionaries from the wire to the store.

An object that lies in the store is never changed: `clone` it, change the copy, put it back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from math import ceil, floor
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]

_SUFFIXES = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(1000),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
}


def stamp(instant: datetime) -> str:
    """Writes an instant as Kubernetes does: UTC, whole seconds, `Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant(text: str) -> datetime:
    """Reads what `stamp` writes."""
    return datetime.fromisoformat(text)


def name_of(obj: Object) -> str:
    """Returns the object's name."""
    return str(obj["metadata"]["name"])


def namespace_of(obj: Object) -> str:
    """Returns the object's namespace; empty for a cluster-wide object."""
    return str(obj["metadata"].get("namespace") or "")


def labels_of(obj: Object) -> dict[str, str]:
    """Returns the object's labels; empty when it has none."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Object) -> dict[str, str]:
    """Returns the object's annotations; empty when it has none."""
    return obj["metadata"].get("annotations") or {}


def is_terminating(obj: Object) -> bool:
    """Returns whether the object's deletion has begun."""
    return "deletionTimestamp" in obj["metadata"]


def controller_of(obj: Object) -> Object | None:
    """Returns the owner reference that controls the object; None for an orphan."""
    for owner in obj["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            return dict(owner)
    return None


def owner_reference(api_version: str, kind: str, owner: Object) -> Object:
    """Returns the reference by which `owner` controls what it makes."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "name": name_of(owner),
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def condition(obj: Object, kind: str) -> Object | None:
    """Returns the object's status condition of one type; None when it has none."""
    for entry in (obj.get("status") or {}).get("conditions") or ():
        if entry["type"] == kind:
            return dict(entry)
    return None


def is_true(obj: Object, kind: str) -> bool:
    """Returns whether the condition exists and is True."""
    found = condition(obj, kind)
    return found is not None and found["status"] == "True"


def set_condition(status: Object, now: datetime, entry: Object) -> None:
    """Writes a condition into a status; its transition time moves only when its status does."""
    conditions = status.setdefault("conditions", [])
    for at, old in enumerate(conditions):
        if old["type"] == entry["type"]:
            same = old["status"] == entry["status"]
            moved = old.get("lastTransitionTime") if same else stamp(now)
            conditions[at] = {**entry, "lastTransitionTime": moved or stamp(now)}
            return
    conditions.append({**entry, "lastTransitionTime": stamp(now)})


def put_counts(status: Object, counts: dict[str, int]) -> None:
    """Writes numbers into a status; one that is zero is left out, as Kubernetes does with most of them."""
    for field, count in counts.items():
        if count:
            status[field] = count
        else:
            status.pop(field, None)


def quantity(text: Any) -> Decimal:
    """Reads a resource quantity: `200m`, `256Mi`, `2`, `1e3`.

    Raises:
        ValueError: It is no quantity.
    """
    raw = str(text).strip()
    for size in (2, 1):
        factor = _SUFFIXES.get(raw[-size:])
        if factor is not None and len(raw) > size:
            return _number(raw[:-size], text) * factor
    return _number(raw, text)


def _number(raw: str, text: Any) -> Decimal:
    try:
        return Decimal(raw)
    except ArithmeticError as error:
        raise ValueError(f"{text!r} is no resource quantity") from error


def share(value: int | str, total: int, *, round_up: bool) -> int:
    """Resolves an int-or-percent (`1`, `"25%"`) against a total.

    Raises:
        ValueError: It is neither an integer nor a percentage.
    """
    if isinstance(value, int):
        return value
    if not value.endswith("%"):
        raise ValueError(f"{value!r} is neither a whole number nor a percentage")
    exact = total * Decimal(value[:-1]) / 100
    return ceil(exact) if round_up else floor(exact)
