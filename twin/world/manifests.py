"""What runs on a simulated cluster: the environment's overlay of `cluster_manifests/`, whole or in part."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from twin.manifests import render

OVERLAYS = Path("cluster_manifests") / "overlays"
NAMESPACE = "app-production"
"""Where the task manager runs, in every environment."""
_MEMBERS = frozenset({"Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget"})
_DOOR = frozenset({"ClusterRole", "ClusterRoleBinding"})


def overlay(root: Path, environment: str) -> list[dict[str, Any]]:
    """Returns the objects of an environment's overlay.

    Args:
        root: The checkout.
        environment: Such as `dev`.

    Raises:
        ManifestError: The overlay is missing or does not render.
    """
    return _rendered(root.resolve() / OVERLAYS / environment)


def team_workload(root: Path, environment: str) -> list[dict[str, Any]]:
    """Returns what a team's cluster of a fleet carries: the task manager, and the door of night_scaling.

    A fleet has a thousand of them, so what no night asks for (dashboards, network policies) is left out.

    Raises:
        ManifestError: The overlay is missing or does not render.
    """
    return [
        each
        for each in overlay(root, environment)
        if (each["metadata"].get("namespace") == NAMESPACE and each["kind"] in _MEMBERS)
        or (each["kind"] == "Namespace" and each["metadata"]["name"] == NAMESPACE)
        or (each["kind"] in _DOOR and each["metadata"]["name"].startswith("toban-night-scaling-"))
    ]


@cache
def _rendered(folder: Path) -> list[dict[str, Any]]:
    return render(folder)
