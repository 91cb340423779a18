"""The world that the control plane operates, simulated: clusters, node groups and databases in virtual time."""

from twin.world.deployments import Deployment, DeploymentError, read_deployments
from twin.world.world import World, open_world

__all__ = ["Deployment", "DeploymentError", "World", "open_world", "read_deployments"]
