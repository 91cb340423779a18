"""Folders, secrets and programs that the servers' user may read, and other users of the machine may not."""

from __future__ import annotations

import os
import secrets
import shutil
from typing import TYPE_CHECKING

from api.servers.user import unprivileged_user

if TYPE_CHECKING:
    from pathlib import Path

_SECRET_BYTES = 32


def own_folder(path: Path) -> Path:
    """Makes a folder, parents included, that only the servers' user may read and write."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    _hand_over(path)
    return path


def write_secret(path: Path, text: str) -> None:
    """Writes a file that the servers' user can read and nobody else can."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    _hand_over(path)


def kept_secret(path: Path) -> str:
    """Returns the secret in a file, made at the first call: a kept cluster keeps its password."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(_SECRET_BYTES))
    return path.read_text()


def reachable(program_home: Path, copies: Path) -> Path:
    """Returns `program_home`, or a copy of it when the servers' user cannot walk to it.

    A clone below root's home (mode 0700) is the usual case: the programs are copied out.
    """
    if unprivileged_user() is None or all(
        parent.stat().st_mode & 0o001 for parent in program_home.resolve().parents
    ):
        return program_home
    copy = copies / program_home.name
    if not copy.exists():
        copies.mkdir(parents=True, exist_ok=True)
        copies.chmod(0o755)
        (shutil.copytree if program_home.is_dir() else shutil.copy2)(program_home, copy)
    return copy


def _hand_over(path: Path) -> None:
    user = unprivileged_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)
