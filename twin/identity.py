"""Who calls: simulated credentials that carry the name of the role they belong to.

Real temporary credentials are opaque; the twin's name their role, so that the simulated services can tell who
signed a request without a table of sessions.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_PREFIX = "ROLE."


def environment_of(role: str) -> Mapping[str, str]:
    """Builds the credentials that Lambda puts into a function's environment.

    Args:
        role: The role's name, or its ARN.
    """
    return MappingProxyType(
        {
            "AWS_ACCESS_KEY_ID": _PREFIX + role.rsplit("/", 1)[-1],
            "AWS_SECRET_ACCESS_KEY": "simulated",
            "AWS_SESSION_TOKEN": "simulated",
        }
    )


def role_of(access_key_id: str | None) -> str | None:
    """Returns the role's name behind an access key; None for a key that the twin did not issue."""
    if access_key_id is None or not access_key_id.startswith(_PREFIX):
        return None
    return access_key_id.removeprefix(_PREFIX)
