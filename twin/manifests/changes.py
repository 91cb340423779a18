"""What a kustomization changes in all of its objects: their namespace, labels and images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin.manifests.files import only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin.manifests.files import Object

CLUSTER_WIDE = frozenset(
    {
        "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "Namespace", "PriorityClass",
        "StorageClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
    }
)  # fmt: skip
"""Kinds that live in no namespace, of those that our manifests use."""
_TEMPLATES = {
    "Deployment": (("spec", "template"),),
    "ReplicaSet": (("spec", "template"),),
    "StatefulSet": (("spec", "template"),),
    "DaemonSet": (("spec", "template"),),
    "Job": (("spec", "template"),),
    "CronJob": (("spec", "jobTemplate"), ("spec", "jobTemplate", "spec", "template")),
}
_IMAGE_NAME = re.compile(r"(?P<name>[^@]+?)(?::[\w][\w.-]{0,127})?(?:@[\w:]+)?")


def put_into_namespace(objects: list[Object], namespace: str) -> None:
    """Puts every object that lives in a namespace into this one, and the accounts that bindings name."""
    accounts = {each["metadata"]["name"] for each in objects if each["kind"] == "ServiceAccount"}
    for each in objects:
        if each["kind"] == "Namespace":
            each["metadata"]["name"] = namespace
        elif each["kind"] not in CLUSTER_WIDE:
            each["metadata"]["namespace"] = namespace
        for subject in each.get("subjects", []):
            if subject["kind"] == "ServiceAccount" and subject["name"] in accounts:
                subject["namespace"] = namespace


def add_labels(objects: list[Object], given: Object, *, where: str) -> None:
    """Adds labels to every object, and to the pods of those that make some.

    Raises:
        ManifestError: Labels are asked for in another way.
    """
    only(given, ("pairs", "includeSelectors", "includeTemplates"), where)
    if given.get("includeSelectors"):
        only({"includeSelectors": True}, (), where)
    for each in objects:
        _label(each, given["pairs"])
        if given.get("includeTemplates"):
            for path in _TEMPLATES.get(each["kind"], ()):
                template = each
                for part in path:
                    template = template[part]
                _label(template, given["pairs"])


def _label(thing: Object, pairs: dict[str, str]) -> None:
    meta = thing.setdefault("metadata", {})
    meta["labels"] = {**(meta.get("labels") or {}), **pairs}


def name_image(objects: list[Object], given: Object, *, where: str) -> None:
    """Gives the containers of one image another name and a digest.

    Raises:
        ManifestError: The image is to be changed in another way.
    """
    only(given, ("name", "newName", "digest"), where)
    written = f"{given.get('newName', given['name'])}@{given['digest']}"
    for each in objects:
        for container in _containers(each):
            found = _IMAGE_NAME.fullmatch(str(container.get("image", "")))
            if found and found["name"] == given["name"]:
                container["image"] = written


def _containers(value: Any) -> Iterator[Object]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("containers", "initContainers") and isinstance(inner, list):
                yield from (each for each in inner if isinstance(each, dict))
            yield from _containers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _containers(inner)
