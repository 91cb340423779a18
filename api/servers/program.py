"""Our own programs, the API and the worker, as processes of their own: started as they ship."""

import os
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from api.servers.process import ServerProcess, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping

_START_S = 60.0
_STOP_S = 40.0
_PROBE_S = 1.0
_INHERITED = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV")


class Program:
    """`python -m <module>` with an environment of its own: `start`, then `url`, then `stop`.

    Args:
        module: "api" or "api.worker".
        folder: where its working folder and its log are made.
        settings: its environment variables, on top of the few that Python itself needs.
        port_variable: the setting that takes its port.
        probe: the path that answers 200 when it is ready.
        port: loopback port; None takes a free one, which a restart keeps.
    """

    def __init__(
        self,
        module: str,
        *,
        folder: Path,
        settings: "Mapping[str, str]",
        port_variable: str,
        probe: str,
        port: int | None = None,
    ) -> None:
        self.module = module
        self.port = port or free_port()
        self._folder = folder / module
        ours = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._environment = ours | dict(settings) | {port_variable: str(self.port)}
        self._probe = probe
        self._process: ServerProcess | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def process(self) -> ServerProcess | None:
        """The running process, or None before `start` and after `stop`."""
        return self._process

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._folder.with_name(self._folder.name + ".log").read_text(errors="replace")

    def start(self, *, wait: bool = True) -> None:
        """This function will start it, and wait for its probe unless told not to.

        Raises:
            ServerFailedError: it ended or did not get ready; the text carries its log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._process = ServerProcess(
            [sys.executable, "-m", self.module],
            folder=self._folder,
            ends_with_parent=signal.SIGTERM,
            environment=self._environment,
            unprivileged=False,
        )
        if wait:
            self._process.wait_until(self._answers, timeout_s=_START_S)

    def stop(self) -> None:
        """This function will end it in order, as Kubernetes does; twice is harmless."""
        if self._process is not None:
            self._process.stop(signal.SIGTERM, timeout_s=_STOP_S)
            self._process = None

    def kill(self) -> None:
        """This function will kill it at once."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + self._probe, timeout=_PROBE_S) as answer:  # noqa: S310 - loopback
                return bool(answer.status == 200)  # noqa: PLR2004 - OK
        except (urllib.error.URLError, OSError):
            return False
