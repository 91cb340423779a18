"""What the API server refuses: unknown or wrongly typed fields, and values that make no sense together."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from twin.cluster.api.rules import RULES
from twin.cluster.shapes import Object, is_terminating, name_of
from twin.cluster.status import Cause, bad_request, invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.cluster.kinds import Kind

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_NAME_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)


@cache
def _fields() -> dict[str, dict[str, str]]:
    """Reads the fields of every built-in shape; `python -m twin.cluster.field_table` writes the file."""
    text = files("twin.cluster").joinpath("fields.json").read_text(encoding="utf-8")
    table: dict[str, dict[str, str]] = json.loads(text)
    return table


def strict_errors(kind: Kind, obj: Object) -> list[str]:
    """Takes the unknown fields out and names each, as `unknown field "spec.replicsa"`.

    Custom objects have no known shape and stay as they are.

    Raises:
        StatusError: 400 for a value of the wrong type, which no setting lets pass.
    """
    if kind.custom or kind.name not in _fields():
        return []
    unknown = _walk(obj, kind.name, "", _Struct(kind, kind.name))
    return [f'unknown field "{path}"' for path in unknown]


_SIMPLE: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "bool": (bool,), "float": (int, float)}


@dataclass(frozen=True, slots=True)
class _Struct:
    """Where a walk is: in which kind of object, and in which of its shapes."""

    kind: Kind
    shape: str

    @property
    def go_name(self) -> str:
        """The shape as the API server's own language names it: `V1DeploymentSpec` is `DeploymentSpec`."""
        return re.sub(r"^(Core)?V\d+", "", self.shape)


def _walk(value: Any, shape: str, path: str, struct: _Struct) -> Iterator[str]:
    if value is None:
        return
    if shape.startswith("list["):
        _expect(value, shape, path, struct, right=isinstance(value, list))
        for at, item in enumerate(value):
            yield from _walk(item, shape[5:-1], f"{path}[{at}]", struct)
    elif shape.startswith("map["):
        _expect(value, shape, path, struct, right=isinstance(value, dict))
        for key, item in value.items():
            yield from _walk(item, shape[4:-1], f"{path}.{key}", struct)
    elif shape in _SIMPLE:
        right = isinstance(value, _SIMPLE[shape]) and (shape == "bool") == isinstance(value, bool)
        _expect(value, shape, path, struct, right=right)
    elif shape in _fields():
        _expect(value, shape, path, struct, right=isinstance(value, dict))
        known = _fields()[shape]
        for key, item in list(value.items()):
            inner = f"{path}.{key}" if path else key
            if key not in known:
                del value[key]
                yield inner
            else:
                yield from _walk(item, known[key], inner, _Struct(struct.kind, shape))


def _expect(value: Any, shape: str, path: str, struct: _Struct, *, right: bool) -> None:
    if right:
        return
    kind, place = struct.kind, re.sub(r"\[.*?\]", "", path)
    given = {str: "string", bool: "bool", list: "array", dict: "object"}.get(type(value), "number")
    go = {"str": "string", "int": "int32", "float": "float64"}.get(shape, shape)
    raise bad_request(
        f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}: json: cannot unmarshal '
        f"{given} into Go struct field {struct.go_name}.{place} of type {go}"
    )


def check(kind: Kind, obj: Object) -> None:
    """Refuses an object whose values do not fit.

    Raises:
        StatusError: 422 with every cause.
    """
    causes = list(_name_causes(obj))
    rule = RULES.get(kind.resource)
    if rule is not None:
        causes += rule(obj["spec"])
    if causes:
        raise invalid(kind, name_of(obj), causes)


def check_update(kind: Kind, old: Object, new: Object) -> None:
    """Refuses a change of what may never change, besides what `check` refuses.

    Raises:
        StatusError: 422 with every cause.
    """
    check(kind, new)
    added = set(new["metadata"].get("finalizers") or ()) - set(old["metadata"].get("finalizers") or ())
    if is_terminating(old) and added:
        message = (
            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers "
            f"{json.dumps(sorted(added))}"
        )
        raise invalid(kind, name_of(new), [("metadata.finalizers", "FieldValueForbidden", message)])
    for path in _FIXED.get(kind.resource, ()):
        if _part(old, path) != _part(new, path):
            shown = json.dumps(_part(new, path), sort_keys=True, separators=(",", ":"))
            cause = (".".join(path), "FieldValueInvalid", f"Invalid value: {shown}: field is immutable")
            raise invalid(kind, name_of(new), [cause])
    if kind.name == "Pod" and _frozen(old) != _frozen(new):
        message = (
            "Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
            "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` "
            "(only additions to existing tolerations),"
            "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
        )
        raise invalid(kind, name_of(new), [("spec", "FieldValueForbidden", message)])


_FIXED: dict[str, tuple[tuple[str, ...], ...]] = {
    "deployments.apps": (("spec", "selector"),),
    "replicasets.apps": (("spec", "selector"),),
    "daemonsets.apps": (("spec", "selector"),),
    "statefulsets.apps": (("spec", "selector"), ("spec", "serviceName"), ("spec", "podManagementPolicy")),
    "jobs.batch": (("spec", "selector"), ("spec", "template"), ("spec", "completions")),
    "secrets": (("type",),),
}


def _part(obj: Object, path: tuple[str, ...]) -> Any:
    value: Any = obj
    for step in path:
        value = (value or {}).get(step)
    return value


def _frozen(pod: Object) -> Object:
    spec = {
        key: value
        for key, value in pod["spec"].items()
        if key not in ("tolerations", "activeDeadlineSeconds")
    }
    for part in ("containers", "initContainers"):
        spec[part] = [{**container, "image": ""} for container in spec.get(part) or ()]
    return spec


def _is_misnamed(name: str) -> bool:
    return len(name) > 253 or not _NAME.fullmatch(name)  # noqa: PLR2004 - RFC 1123


def _name_causes(obj: Object) -> Iterator[Cause]:
    name = obj["metadata"].get("name") or ""
    if not name:
        yield "metadata.name", "FieldValueRequired", "Required value: name or generateName is required"
    elif _is_misnamed(name) and (":" not in name or not obj.get("roleRef", obj.get("rules"))):
        yield "metadata.name", "FieldValueInvalid", f'Invalid value: "{name}": {_NAME_RULE}'
