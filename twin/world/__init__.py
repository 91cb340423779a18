"""What the control plane operates: simulated clusters, node groups and databases in virtual time."""

from __future__ import annotations

from twin.world.deployments import Deployment, DeploymentError, read_deployments
from twin.world.opening import open_world
from twin.world.world import World

__all__ = ["Deployment", "DeploymentError", "World", "open_world", "read_deployments"]
