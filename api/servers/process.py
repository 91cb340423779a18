"""One server process, until it is stopped or its parent dies.

Its log is kept beside its folder, and its end stands in the error when it does not start.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from typing import TYPE_CHECKING

from api.servers.errors import ServerFailedError
from api.servers.user import OURSELVES, unprivileged

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Sequence
    from pathlib import Path

_POLL_S = 0.05
_PR_SET_PDEATHSIG = 1
_LOG_TAIL_CHARS = 2000


class ServerProcess:
    """One running server and its log.

    Args:
        command: the program and its arguments.
        folder: its working folder, owned by the servers' user; the log is `<folder>.log` beside it.
        ends_with_parent: the signal that the kernel sends it when the starting thread dies (Linux).
        environment: its variables; None hands on ours.
        as_ourselves: whether root keeps its rights for it: right for our own programs, never for a server.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        ends_with_parent: signal.Signals,
        environment: dict[str, str] | None = None,
        as_ourselves: bool = False,
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
                **(OURSELVES if as_ourselves else unprivileged()),
            )
        self.pid = self._popen.pid

    def wait_until(self, ready: Callable[[], bool], *, timeout_s: float) -> None:
        """Waits until `ready()`, and fails at once when the process ends before.

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
        """Returns whether the process still runs."""
        return self._popen.poll() is None

    def send(self, signum: signal.Signals) -> None:
        """Sends a signal, or does nothing when the process has ended."""
        self._popen.send_signal(signum)

    def stop(self, signum: signal.Signals, *, timeout_s: float) -> None:
        """Ends the process with `signum`, and kills it when `timeout_s` was not enough."""
        self.send(signum)
        try:
            self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kills the process at once, as a lost machine would."""
        self._popen.kill()
        self._popen.wait()

    def _tail(self) -> str:
        return self.log.read_text(errors="replace")[-_LOG_TAIL_CHARS:]


def _die_with_parent(signum: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signum))

    return ask
