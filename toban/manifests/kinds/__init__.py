"""The custom kinds that our manifests use, as far as we use them; each with its upstream version.

They serve two ends: a strict check without a cluster, and a stand-in CustomResourceDefinition in the bed,
where the controllers' own charts cannot be installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Object = dict[str, Any]


def all_kinds() -> list[Object]:
    """Returns each kind: group, version, kind, plural, namespaced, upstream, and the schema of its fields."""
    return [yaml.safe_load(file.read_text()) for file in sorted(Path(__file__).parent.glob("*.yaml"))]


def definition(kind: Object) -> Object:
    """Returns the CustomResourceDefinition of this kind, as strict as our schema."""
    properties = {
        "apiVersion": {"type": "string"},
        "kind": {"type": "string"},
        "metadata": {"type": "object"},
    }
    schema = {"type": "object", "properties": {**properties, **kind["fields"]}, "required": kind["required"]}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {
            "name": f"{kind['plural']}.{kind['group']}",
            "annotations": {"toban.dev/stands-in-for": kind["upstream"]},
        },
        "spec": {
            "group": kind["group"],
            "scope": "Namespaced" if kind["namespaced"] else "Cluster",
            "names": {"kind": kind["kind"], "plural": kind["plural"], "singular": kind["kind"].lower()},
            "versions": [
                {
                    "name": kind["version"],
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema},
                }
            ],
        },
    }


def schema(kind: Object) -> Object:
    """Returns the JSON schema of an object of this kind; a field that it does not name is an error."""
    envelope: Object = {
        "type": "object",
        "properties": {
            "apiVersion": {"const": f"{kind['group']}/{kind['version']}"},
            "kind": {"const": kind["kind"]},
            "metadata": {"type": "object"},
            **kind["fields"],
        },
        "required": ["apiVersion", "kind", "metadata", *kind["required"]],
        "description": kind["upstream"],
    }
    closed: Object = _closed(envelope)
    closed["properties"]["metadata"] = {"type": "object"}
    return closed


def _closed(node: Any) -> Any:
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {key: _closed(value) for key, value in node.items()}
    if (
        found.get("type") == "object"
        and "properties" in found
        and not found.get("x-kubernetes-preserve-unknown-fields")
    ):
        found["additionalProperties"] = False
    return found
