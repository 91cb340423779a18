"""What an environment no longer holds is deleted after the rest runs, by the ApplySet convention (KEP-3659).

Every applied object carries the set's label, and one ConfigMap, the set's parent, names the kinds that were
ever applied. So a kind that left the manifests altogether is still found, and kubectl understands whose the
objects are.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from toban.cluster_bed.client import Cluster, ClusterRefusalError
from toban.manifests.difference import PART_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toban.manifests.rendering import Object

_ID: Final = "applyset.kubernetes.io/id"
_TOOLING: Final = "applyset.kubernetes.io/tooling"
_KINDS: Final = "applyset.kubernetes.io/contains-group-kinds"
_NAMESPACES: Final = "applyset.kubernetes.io/additional-namespaces"
_NAMESPACE: Final = "kube-system"
"""The parent's place: it is there before anything of ours."""

GUARDED: Final = frozenset({"Namespace", "PersistentVolumeClaim", "CustomResourceDefinition"})
"""Deleting one of these deletes data, or all objects of a kind: only a person who asks for it gets it."""


@dataclass(frozen=True)
class Surplus:
    """What the cluster holds of a set beyond what was rendered.

    Attributes:
        go: to be deleted.
        stay: kept all the same, each with the reason, a sentence's end.
    """

    go: tuple[Object, ...]
    stay: tuple[tuple[Object, str], ...]


@dataclass(frozen=True)
class ApplySet:
    """The objects that a cluster has of our manifests, of any overlay: one cluster holds one environment.

    Attributes:
        name: its parent's.
        guarded: True lets namespaces, volume claims and kinds go as well.
    """

    name: str = "toban-apply"
    guarded: bool = False

    @property
    def id(self) -> str:
        """The label's value, made of the parent's name as the convention says."""
        words = f"{self.name}.{_NAMESPACE}.ConfigMap."
        digest = base64.urlsafe_b64encode(hashlib.sha256(words.encode()).digest()).decode().rstrip("=")
        return f"applyset-{digest}-v1"

    def member(self, thing: Object) -> Object:
        """Returns `thing` with the set's label."""
        meta = thing["metadata"]
        return {**thing, "metadata": {**meta, "labels": {**meta.get("labels", {}), PART_OF: self.id}}}

    def widen(self, cluster: Cluster, objects: Iterable[Object]) -> None:
        """Notes the kinds of `objects` in the parent beside those that it names already.

        It comes before the first of them is applied: what a broken-off run leaves behind is found by the
        next.
        """
        objects = list(objects)
        parent = self._parent(cluster)
        self._write(cluster, _kinds(objects) | _named(parent, _KINDS), objects)

    def narrow(self, cluster: Cluster, objects: Iterable[Object], surplus: Surplus) -> None:
        """Notes the kinds of what is left, once the surplus is gone."""
        left = [*objects, *(thing for thing, _ in surplus.stay)]
        self._write(cluster, _kinds(left), left)

    def surplus(self, cluster: Cluster, objects: Iterable[Object]) -> Surplus:
        """Finds what the set has in the cluster and `objects` do not hold.

        Args:
            cluster: where.
            objects: all that was rendered.
        """
        wanted = {_identity(thing) for thing in objects}
        go: list[Object] = []
        stay: list[tuple[Object, str]] = []
        for kind in sorted(_named(self._parent(cluster), _KINDS)):
            for thing in self._found(cluster, kind):
                if _identity(thing) in wanted:
                    continue
                reason = _why_it_stays(cluster, thing, guarded=self.guarded)
                if reason:
                    stay.append((thing, reason))
                else:
                    go.append(thing)
        return Surplus(tuple(go), tuple(stay))

    def _found(self, cluster: Cluster, kind: str) -> Iterator[Object]:
        name, _, group = kind.partition(".")
        try:
            version = cluster.get(f"/apis/{group}")["preferredVersion"]["groupVersion"] if group else "v1"
            items = cluster.items(cluster.everywhere(version, name), labelSelector=f"{PART_OF}={self.id}")
        except ClusterRefusalError as refusal:
            if refusal.reason != "NotFound":
                raise
            return  # the kind itself is gone, and its objects with it
        for item in items:
            # What a controller made of a member may carry the member's labels; it goes with its owner.
            if "deletionTimestamp" not in item["metadata"] and not item["metadata"].get("ownerReferences"):
                yield {"apiVersion": version, "kind": name, **item}

    def _parent(self, cluster: Cluster) -> Object:
        try:
            return cluster.get(f"/api/v1/namespaces/{_NAMESPACE}/configmaps/{self.name}")
        except ClusterRefusalError as refusal:
            if refusal.reason != "NotFound":
                raise
            return {"metadata": {}}

    def _write(self, cluster: Cluster, kinds: set[str], objects: list[Object]) -> None:
        namespaces = {thing["metadata"].get("namespace", _NAMESPACE) for thing in objects} - {_NAMESPACE}
        parent = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": self.name,
                "namespace": _NAMESPACE,
                "labels": {_ID: self.id},
                "annotations": {
                    _TOOLING: "toban/v1",
                    _KINDS: ",".join(sorted(kinds)),
                    _NAMESPACES: ",".join(sorted(namespaces)),
                },
            },
        }
        cluster.apply(parent, manager="toban-apply")


def delete(cluster: Cluster, thing: Object) -> None:
    """Deletes `thing` as it was found, its dependants after it; one that was made anew meanwhile stays."""
    sure = {"preconditions": {"uid": thing["metadata"]["uid"]}, "propagationPolicy": "Background"}
    try:
        cluster.call("DELETE", cluster.path(thing), sure)
    except ClusterRefusalError as refusal:
        if refusal.reason not in {"NotFound", "Conflict"}:
            raise


def _why_it_stays(cluster: Cluster, thing: Object, *, guarded: bool) -> str | None:
    if thing["kind"] in GUARDED and not guarded:
        return "it holds what cannot be made again: --prune-guarded deletes it too"
    if thing["kind"] == "ConfigMap" and _recalled(cluster, thing):
        return "an earlier revision names it, and `kubectl rollout undo` needs it"
    return None


def _recalled(cluster: Cluster, thing: Object) -> bool:
    """Tells whether a revision to go back to names the ConfigMap, which kustomize names by its content."""
    space = thing["metadata"]["namespace"]
    revisions = (
        cluster.items(f"/apis/apps/v1/namespaces/{space}/{plural}")
        for plural in ("replicasets", "controllerrevisions")
    )
    return f'"{thing["metadata"]["name"]}"' in json.dumps(
        [revision for found in revisions for revision in found]
    )


def _identity(thing: Object) -> tuple[str, str, str]:
    meta = thing["metadata"]
    space = str(meta.get("namespace", ""))
    # Where a manifest names no namespace, the server writes "default".
    return _kind(thing), "" if space == "default" else space, str(meta["name"])


def _kind(thing: Object) -> str:
    group = str(thing["apiVersion"]).rpartition("/")[0]
    return f"{thing['kind']}.{group}" if group else str(thing["kind"])


def _kinds(objects: Iterable[Object]) -> set[str]:
    return {_kind(thing) for thing in objects}


def _named(parent: Object, annotation: str) -> set[str]:
    text = parent["metadata"].get("annotations", {}).get(annotation, "")
    return {part for part in text.split(",") if part}
