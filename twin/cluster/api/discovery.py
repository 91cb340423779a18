"""What the cluster can do, in the documents that clients ask for first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin.cluster.kinds import Kind, Kinds
    from twin.cluster.shapes import Object

_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_HEALTH = ("/healthz", "/livez", "/readyz")


def answer(path: str, kinds: Kinds, version: str) -> Object | str | None:  # noqa: PLR0911 -- one a document
    """Returns the document at a path, `ok` for a health check; None when the path is no discovery."""
    steps = path.strip("/").split("/")
    if path.rstrip("/") in _HEALTH:
        return "ok"
    if steps == ["version"]:
        return _version(version)
    if steps == ["api"]:
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
    if steps == ["apis"]:
        groups = [_group(name, kinds) for name in _groups(kinds)]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    if steps[0] == "api" and len(steps) == 2:  # noqa: PLR2004 - /api/v1
        return _resources("", steps[1], kinds)
    if steps[0] == "apis" and len(steps) == 2 and steps[1] in _groups(kinds):  # noqa: PLR2004 - /apis/apps
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(steps[1], kinds)}
    if steps[0] == "apis" and len(steps) == 3:  # noqa: PLR2004 - /apis/apps/v1
        return _resources(steps[1], steps[2], kinds)
    return None


def _version(version: str) -> Object:
    major, minor = version.split(".")[:2]
    known = {"major": major, "minor": minor, "gitVersion": f"v{version}-toban-twin", "gitTreeState": "clean"}
    return known | {"gitCommit": "", "buildDate": "", "goVersion": "", "compiler": "", "platform": ""}


def _groups(kinds: Kinds) -> list[str]:
    return sorted({kind.group for kind in kinds if kind.group})


def _group(name: str, kinds: Kinds) -> dict[str, Any]:
    versions = sorted({kind.version for kind in kinds if kind.group == name})
    served = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": served, "preferredVersion": served[0]}


def _resources(group: str, version: str, kinds: Kinds) -> Object | None:
    served = [kind for kind in kinds if (kind.group, kind.version) == (group, version)]
    if not served:
        return None
    resources = [entry for kind in served for entry in _entries(kind)]
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": served[0].api_version,
        "resources": resources,
    }


def _entries(kind: Kind) -> list[Object]:
    base = {"singularName": kind.name.lower(), "namespaced": kind.namespaced, "kind": kind.name}
    entries: list[Object] = [{"name": kind.plural, **base, "verbs": _VERBS, "shortNames": list(kind.short)}]
    part = {"singularName": "", "namespaced": kind.namespaced}
    change = ["get", "patch", "update"]
    if kind.status:
        entries.append({"name": f"{kind.plural}/status", **part, "kind": kind.name, "verbs": change})
    if kind.scale:
        scale = {"group": "autoscaling", "version": "v1", "kind": "Scale", "verbs": change}
        entries.append({"name": f"{kind.plural}/scale", **part, **scale})
    if kind.name == "Pod":
        eviction = {"group": "policy", "version": "v1", "kind": "Eviction", "verbs": ["create"]}
        entries.append({"name": "pods/eviction", **part, **eviction})
    return entries
