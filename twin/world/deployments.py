"""Reads from samconfig.toml what `sam deploy` would deploy, so that no setting of the twin drifts from it."""

from __future__ import annotations

import shlex
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OPERATED = ("dev", "prod")
"""The environments that have a cluster; `dr` gets one only in a recovery."""


class DeploymentError(Exception):
    """samconfig.toml does not say what the twin has to deploy."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One environment's control plane as samconfig.toml deploys it.

    Attributes:
        stack_name: Name of its stack.
        parameters: Parameters that differ from the template's defaults.
    """

    stack_name: str
    parameters: Mapping[str, str]

    @property
    def environment(self) -> str:
        """Name of the environment."""
        return self.parameters["Environment"]

    @property
    def cluster(self) -> str:
        """EKS's name of the cluster."""
        return self.parameters["ClusterName"]

    @property
    def databases(self) -> tuple[str, ...]:
        """Identifiers of the RDS instances that may be stopped."""
        listed = self.parameters.get("Databases", "").split(",")
        return tuple(name for name in listed if name)


def read_deployments(samconfig: Path, environments: tuple[str, ...] = OPERATED) -> list[Deployment]:
    """Reads the deployments of some environments.

    Raises:
        DeploymentError: The file cannot be read, or lacks an environment or a name that the twin needs.
    """
    sections = read_sections(samconfig)
    return [_read(samconfig, sections, name) for name in environments]


def read_sections(samconfig: Path) -> Mapping[str, Any]:
    """Returns samconfig.toml's sections.

    Raises:
        DeploymentError: The file cannot be read.
    """
    try:
        return tomllib.loads(samconfig.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DeploymentError(f"{samconfig} cannot be read: {error}") from error


def overrides(section: Mapping[str, Any]) -> dict[str, str]:
    """Returns the parameters that a section of `sam deploy` gives."""
    pairs = [pair.partition("=") for pair in shlex.split(section.get("parameter_overrides", ""))]
    return {key: value for key, _, value in pairs}


def _read(samconfig: Path, found: Mapping[str, Any], name: str) -> Deployment:
    section = found.get(name, {}).get("deploy", {}).get("parameters", {})
    parameters = overrides(section)
    if (
        not section.get("stack_name")
        or parameters.get("Environment") != name
        or not parameters.get("ClusterName")
    ):
        raise DeploymentError(
            f"{samconfig}: [{name}.deploy.parameters] needs stack_name, and parameter_overrides with "
            f"Environment={name} and ClusterName"
        )
    return Deployment(section["stack_name"], parameters)
