"""Renders the kustomizations of `cluster_manifests/` with Python alone, as kustomize itself would.

It knows what our manifests use and refuses the rest with the file and the field; a test holds its answer
against kustomize's own.
"""

from __future__ import annotations

from twin.manifests.errors import ManifestError
from twin.manifests.rendering import render

__all__ = ["ManifestError", "render"]
