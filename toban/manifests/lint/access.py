"""Rights: named one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toban.manifests.lint.objects import Objects
    from toban.manifests.rendering import Object


def wildcard_access(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A role that says `*`."""
    for role in objects.of("ClusterRole", "Role"):
        for rule in role.get("rules") or []:
            for part in ("apiGroups", "resources", "verbs"):
                if "*" in rule.get(part, []):
                    yield role, f"{part} has the wildcard *: name each one that is needed"


def secrets_readable(objects: Objects) -> Iterator[tuple[Object, str]]:
    """A role that reads secrets, or that may make pods, which mount them."""
    for role in objects.of("ClusterRole", "Role"):
        for rule in role.get("rules") or []:
            if "secrets" in rule.get("resources", []) and {"get", "list", "watch", "*"} & set(rule["verbs"]):
                yield role, "it reads secrets: mount the one that is needed instead"
