"""What is said of a kustomization that cannot be rendered here."""

from __future__ import annotations


class ManifestError(Exception):
    """A kustomization uses what is not emulated, or does not compose; the message names file and field."""
