"""Who wrote which field: enough of server-side apply's field management to share, take and lose fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin.cluster.api.patches import merge_key, strategic
from twin.cluster.status import apply_conflict
from twin.json_copies import clone

if TYPE_CHECKING:
    from twin.cluster.shapes import Object

Path = tuple[str, ...]
Writer = tuple[str, str, str]
"""A manager's name, how it wrote (`Apply` or `Update`), and through which part, such as `scale`."""

_NUMBERS = ("containerPort", "port")
_TRACKED_META = ("labels", "annotations", "finalizers")


def leaves(obj: Object) -> dict[Path, Any]:
    """Returns the fields that can be owned, each with its value; items of keyed lists by their key."""
    tracked = {
        key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata", "status")
    }
    meta = {key: value for key, value in obj.get("metadata", {}).items() if key in _TRACKED_META}
    found: dict[Path, Any] = {}
    _collect(tracked | ({"metadata": meta} if meta else {}), (), found)
    return found


def _collect(value: Any, path: Path, found: dict[Path, Any]) -> None:
    if isinstance(value, dict) and (value or not path):
        for key, item in value.items():
            _collect(item, (*path, key), found)
        return
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        keys = merge_key(path[-1], value)
        if keys and all(key in item for item in value for key in keys):
            for item in value:
                label = ",".join(f'{key}="{item[key]}"' for key in keys)
                # The item itself is a field too: it goes once nobody owns it.
                found[*path, f"[{label}]"] = True
                _collect(item, (*path, f"[{label}]"), found)
            return
    found[path] = value


def fields_v1(paths: set[Path]) -> Object:
    """Fields as `metadata.managedFields` writes them."""
    tree: Object = {}
    for path in sorted(paths):
        at = tree
        for step in path:
            at = at.setdefault(_step(step), {})
        if path[-1].startswith("["):
            at["."] = {}
    return tree


def _step(step: str) -> str:
    if not step.startswith("["):
        return f"f:{step}"
    pairs = (pair.split("=", 1) for pair in step[1:-1].split(","))
    item = {key: json.loads(value) if key not in _NUMBERS else int(json.loads(value)) for key, value in pairs}
    return "k:" + json.dumps(item, separators=(",", ":"))


def shown(path: Path) -> str:
    """Returns a path as Kubernetes writes it: `.spec.template.spec.containers[name="api"].image`."""
    return "".join(step if step.startswith("[") else f".{step}" for step in path)


class Ownership:
    """The owners of every object's fields, by the object's uid."""

    def __init__(self) -> None:
        self._owned: dict[str, dict[Writer, set[Path]]] = {}

    def forget(self, uid: str) -> None:
        """Drops what is known of an object that is gone."""
        self._owned.pop(uid, None)

    def managed_fields(self, obj: Object) -> list[Object]:
        """Returns what `metadata.managedFields` says of an object."""
        uid = obj["metadata"]["uid"]
        return [
            {
                "manager": name,
                "operation": how,
                "apiVersion": obj["apiVersion"],
                "fieldsType": "FieldsV1",
                "fieldsV1": fields_v1(paths),
                **({"subresource": part} if part else {}),
            }
            for (name, how, part), paths in self._owned.get(uid, {}).items()
            if paths
        ]

    def updated(self, manager: str, before: Object | None, after: Object, part: str = "") -> None:
        """Notes that an update, a patch or a creation by `manager` changed what differs."""
        old, new = leaves(before or {}), leaves(after)
        touched = {path for path, value in new.items() if old.get(path) != value or path not in old}
        gone = set(old) - set(new)
        writers = self._owned.setdefault(after["metadata"]["uid"], {})
        for paths in writers.values():
            paths.difference_update(touched | gone)
        if touched:
            writers.setdefault((manager, "Update", part), set()).update(touched)

    def applied(self, manager: str, live: Object, config: Object, *, force: bool) -> Object:
        """Returns the successor of `live` when `manager` applies `config`; `note_apply` takes note of it.

        Raises:
            StatusError: 409 when others own fields with other values and `force` is not set.
        """
        writers = self._owned.get(live["metadata"]["uid"], {})
        have, want = leaves(live), leaves(config)
        if not force:
            self._refuse(writers, (manager, "Apply", ""), have, want, str(live["apiVersion"]))
        result: Object = strategic(clone(live), config)
        # Outer fields first: an item that goes takes its own fields along.
        for path in sorted(writers.get((manager, "Apply", ""), set()) - set(want), key=len):
            shared = any(
                path in paths for writer, paths in writers.items() if writer != (manager, "Apply", "")
            )
            if not shared:
                _drop(result, path)
        return result

    def note_apply(self, manager: str, config: Object, before: Object | None, after: Object) -> None:
        """Notes that `manager` now owns what it applied, and took what it changed."""
        want = set(leaves(config))
        have, now = leaves(before or {}), leaves(after)
        taken = {path for path in want if have.get(path) != now.get(path)}
        writers = self._owned.setdefault(after["metadata"]["uid"], {})
        for writer, paths in writers.items():
            if writer != (manager, "Apply", ""):
                paths.difference_update(taken)
        writers[manager, "Apply", ""] = want

    @staticmethod
    def _refuse(
        writers: dict[Writer, set[Path]],
        me: Writer,
        have: dict[Path, Any],
        want: dict[Path, Any],
        version: str,
    ) -> None:
        causes = [
            (shown(path), "FieldManagerConflict", f'conflict with "{name}"' + _using(how, part, version))
            for (name, how, part), paths in writers.items()
            if (name, how, part) != me
            for path in sorted(paths & set(want))
            if have.get(path) != want[path]
        ]
        if causes:
            listed = "; ".join(f"{message}: {field}" for field, _, message in causes)
            many = "conflict" if len(causes) == 1 else "conflicts"
            raise apply_conflict(f"Apply failed with {len(causes)} {many}: {listed}", causes)


def _using(how: str, part: str, version: str) -> str:
    through = f' with subresource "{part}"' if part else ""
    return "" if how == "Apply" else f"{through} using {version}"


def _drop(obj: Any, path: Path) -> None:
    """Takes one field away, or a whole item of a keyed list; what is gone already is no error."""
    step, rest = path[0], path[1:]
    if step.startswith("["):
        item = next((item for item in obj if _is(item, step)), None)
        if item is None:
            return
        if rest:
            _drop(item, rest)
        else:
            obj.remove(item)
    elif step in obj:
        if rest:
            _drop(obj[step], rest)
            if not obj[step]:
                del obj[step]
        else:
            del obj[step]


def _is(item: Object, step: str) -> bool:
    pairs = (pair.split("=", 1) for pair in step[1:-1].split(","))
    return all(f'"{item.get(key)}"' == value for key, value in pairs)
