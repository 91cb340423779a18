"""What all servers on loopback share: a port that a restart keeps, one process, two ways to end it."""

from __future__ import annotations

import signal
import socket
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from api.servers.process import ServerProcess

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def free_port() -> int:
    """Returns a loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class LocalServer(ABC):
    """A server on loopback: `start`, then ask it, then `stop`.

    Attributes:
        name: what people call it.
        stop_signal: what ends it in order; the kernel sends it too when the thread that started it dies.
        start_s: how long it may take until it answers, in seconds.
        stop_s: how long its orderly end may take before it is killed, in seconds.
        port: where it listens; None at first takes a free one.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    start_s: ClassVar[float]
    stop_s: ClassVar[float]

    def __init__(self, *, port: int | None) -> None:
        self.port = port or free_port()
        self._process: ServerProcess | None = None

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._running().pid

    @property
    def process(self) -> ServerProcess | None:
        """The running process, or None before `start` and after `stop`."""
        return self._process

    def stop(self) -> None:
        """Ends the server in order; twice is harmless."""
        if self._process is not None:
            self._process.stop(self.stop_signal, timeout_s=self.stop_s)
            self._process = None

    def kill(self) -> None:
        """Kills the server at once, as a lost machine would.

        Raises:
            RuntimeError: it is not running.
        """
        self._running().kill()
        self._process = None

    def _launch(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: dict[str, str] | None = None,
        as_ourselves: bool = False,
        wait: bool = True,
    ) -> None:
        """Starts the process, and waits for its answer unless told not to.

        Raises:
            ServerFailedError: it did not start; the text carries its log.
        """
        self._process = ServerProcess(
            command,
            folder=folder,
            ends_with_parent=self.stop_signal,
            environment=environment,
            as_ourselves=as_ourselves,
        )
        if wait:
            self._process.wait_until(self._answers, timeout_s=self.start_s)

    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError(f"This {self.name} is not running: call start() first.")
        return self._process

    @abstractmethod
    def _answers(self) -> bool: ...
