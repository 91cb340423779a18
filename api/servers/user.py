"""The user that servers run as: PostgreSQL refuses root, and nothing here needs root's rights."""

from __future__ import annotations

import os
import pwd
import subprocess
from typing import TYPE_CHECKING, TypedDict

from api.servers.errors import ServerFailedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_UNPRIVILEGED = ("postgres", "nobody")


class Identity(TypedDict):
    """Whom a new process runs as, in the words of `subprocess`; None keeps what we are."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


OURSELVES: Identity = {"user": None, "group": None, "extra_groups": None}


def unprivileged_user() -> pwd.struct_passwd | None:
    """Returns the user that servers run as; None when we are not root.

    Raises:
        ServerFailedError: we are root, and this machine has none of the users that could stand in.
    """
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerFailedError(
        f"PostgreSQL refuses to run as root, and none of the users {_UNPRIVILEGED} exists."
    )


def unprivileged() -> Identity:
    """Returns the identity of the servers' user, which is ours when we are not root."""
    user = unprivileged_user()
    if user is None:
        return OURSELVES
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def run_as_server(command: Sequence[str], *, cwd: Path) -> None:
    """Runs a short command to its end as the servers' user.

    Raises:
        ServerFailedError: it failed; the text is what it printed.
    """
    done = subprocess.run(  # noqa: S603 - a list of our own making, no shell
        list(command), cwd=cwd, check=False, capture_output=True, text=True, **unprivileged()
    )
    if done.returncode:
        raise ServerFailedError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
