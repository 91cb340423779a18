"""Runs one server process as an unprivileged user, until it is stopped or its parent dies.

Its log is kept beside its folder, and its end stands in the error when it does not start.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

_POLL_S = 0.05
_PR_SET_PDEATHSIG = 1
_UNPRIVILEGED = ("postgres", "nobody")
_LOG_TAIL_CHARS = 2000
_SECRET_BYTES = 32


class ServerFailedError(Exception):
    """A server did not start or did not answer; the text carries the end of its log."""


def unprivileged_user() -> pwd.struct_passwd | None:
    """Will name the user that servers run as; None when we are not root."""
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


def own_folder(path: Path) -> Path:
    """Will make a folder, parents included, that only the servers' user may read and write."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    user = unprivileged_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)
    return path


def write_secret(path: Path, text: str) -> None:
    """Will write a file that the servers' user can read and nobody else can."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    user = unprivileged_user()
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def kept_secret(path: Path) -> str:
    """This function will return the secret in a file, made at the first call: a kept cluster keeps its password."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(_SECRET_BYTES))
    return path.read_text()


def reachable(program_home: Path, copies: Path) -> Path:
    """Will return `program_home`, or a copy of it when the servers' user cannot walk to it.

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


def free_port() -> int:
    """Will return a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def run_as_server(command: Sequence[str], *, cwd: Path) -> None:
    """Will run a short command to its end as the servers' user.

    Raises:
        ServerFailedError: it failed; the text is what it printed.
    """
    done = subprocess.run(  # noqa: S603 - a list of our own making, no shell
        list(command), cwd=cwd, check=False, capture_output=True, text=True, **_identity()
    )
    if done.returncode:
        raise ServerFailedError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


class ServerProcess:
    """One running server and its log.

    Args:
        command: the program and its arguments.
        folder: its working folder, owned by the servers' user; the log is `<folder>.log` beside it.
        ends_with_parent: the signal that the kernel sends it when the starting thread dies (Linux).
        environment: its variables; None hands on ours.
        unprivileged: whether root gives up its rights for it; our own programs run as us.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        ends_with_parent: signal.Signals,
        environment: dict[str, str] | None = None,
        unprivileged: bool = True,
    ) -> None:
        self.log = folder.with_name(folder.name + ".log")
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(  # noqa: S603 - a list of our own making, no shell
                list(command),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a person's Ctrl-C must reach us alone: we stop the servers in order
                preexec_fn=_die_with_parent(ends_with_parent),  # noqa: PLW1509 - one prctl call, no locks
                **(_identity() if unprivileged else _OURSELVES),
            )
        self.pid = self._popen.pid

    def wait_until(self, ready: Callable[[], bool], *, timeout_s: float) -> None:
        """Will wait until `ready()`, and fail at once when the process ends before.

        Raises:
            ServerFailedError: it ended, or `timeout_s` passed.
        """
        for _ in range(int(timeout_s / _POLL_S)):
            if ready():
                return
            try:
                code = self._popen.wait(_POLL_S)
            except subprocess.TimeoutExpired:
                continue
            raise ServerFailedError(f"{self._popen.args!r} ended with {code}:\n{self._tail()}")
        self.kill()
        raise ServerFailedError(f"{self._popen.args!r} did not answer in {timeout_s} s:\n{self._tail()}")

    def running(self) -> bool:
        """Will tell whether the process still runs."""
        return self._popen.poll() is None

    def send(self, signum: signal.Signals) -> None:
        """Will send a signal, or do nothing when the process has ended."""
        self._popen.send_signal(signum)

    def stop(self, signum: signal.Signals, *, timeout_s: float) -> None:
        """Will end the process with `signum`, and kill it when `timeout_s` was not enough."""
        self.send(signum)
        try:
            self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Will kill the process at once, as a lost machine would."""
        self._popen.kill()
        self._popen.wait()

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-_LOG_TAIL_CHARS:]


class _Identity(TypedDict):
    user: int | None
    group: int | None
    extra_groups: list[int] | None


_OURSELVES: _Identity = {"user": None, "group": None, "extra_groups": None}


def _identity() -> _Identity:
    user = unprivileged_user()
    if user is None:
        return _OURSELVES
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _die_with_parent(signum: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signum))

    return ask
