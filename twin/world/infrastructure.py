"""Each environment's infrastructure as samconfig.toml deploys it: stacks/main.yaml and what it nests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin.account import ACCOUNT
from twin.world.deployments import DeploymentError, overrides, read_sections

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin.monitoring.published.situation import Door

RECOVERY = "ap-northeast-3"
"""Where the recovery Region's skeleton stands; the twin holds one Region, so its outputs stand here."""

RECOVERY_KEY = f"arn:aws:kms:{RECOVERY}:{ACCOUNT}:key/00000000-0000-4000-8000-000000000000"
OUTPUTS_OF_RECOVERY = {
    "RecoveryKeyArn": RECOVERY_KEY,
    "VeleroBucketArn": f"arn:aws:s3:::toban-dr-velero-{ACCOUNT}-{RECOVERY}",
    "VeleroKeyArn": RECOVERY_KEY,
}
"""What infrastructure-dr gives out; samconfig.toml leaves these empty for a person to fill in."""
ADDRESSES = {"203.0.113.0/24": "127.0.0.0/8"}
"""The twin's clusters answer on loopback, where samconfig.toml has an example that the stack refuses."""


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """One environment's infrastructure.

    Attributes:
        template: The template's path.
        stack_name: Name of its stack.
        parameters: What samconfig.toml gives it.
    """

    template: Path
    stack_name: str
    parameters: Mapping[str, str]


def read_infrastructure(
    samconfig: Path, environment: str, *, door: Door | None, first: bool
) -> Infrastructure:
    """Reads an environment's infrastructure.

    Args:
        samconfig: The file; the template's path is meant from its folder.
        environment: Such as `dev`.
        door: The load balancer that the Ingress made, which a person puts into the parameters; None for none.
        first: Whether it is the account's first: what exists once in an account is made with that one.

    Raises:
        DeploymentError: The file cannot be read, or has no such section.
    """
    name = f"infrastructure-{environment}"
    section = read_sections(samconfig).get(name, {}).get("deploy", {}).get("parameters", {})
    if not section.get("stack_name") or not section.get("template_file"):
        raise DeploymentError(f"{samconfig}: [{name}.deploy.parameters] needs stack_name and template_file")
    given = overrides(section)
    filled = {
        key: ADDRESSES.get(value, value) or OUTPUTS_OF_RECOVERY.get(key, "") for key, value in given.items()
    }
    if door:
        filled |= {"LoadBalancer": door.load_balancer, "ApiTargetGroup": door.api_targets}
    if not first:
        filled["OncePerAccount"] = "elsewhere"
    return Infrastructure(samconfig.parent / section["template_file"], section["stack_name"], filled)
