"""Our own programs, the API and the worker, as processes of their own: started as they ship."""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import TYPE_CHECKING

from api.servers.local_server import LocalServer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_PROBE_S = 1.0
_INHERITED = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV")


class Program(LocalServer):
    """`python -m <module>` with an environment of its own: `start`, then `url`, then `stop`.

    Args:
        module: "api" or "api.worker".
        folder: where its working folder and its log are made.
        settings: its environment variables, on top of the few that Python itself needs.
        port_variable: the setting that takes its port.
        probe: the path that answers 200 when it is ready.
        port: loopback port; None takes a free one, which a restart keeps.
    """

    name = "program"
    start_s = 60.0
    stop_s = 40.0

    def __init__(
        self,
        module: str,
        *,
        folder: Path,
        settings: Mapping[str, str],
        port_variable: str,
        probe: str,
        port: int | None = None,
    ) -> None:
        super().__init__(port=port)
        self.module = module
        self._folder = folder / module
        ours = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._environment = ours | dict(settings) | {port_variable: str(self.port)}
        self._probe = probe

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it has written so far."""
        return self._folder.with_name(self._folder.name + ".log").read_text(errors="replace")

    def start(self, *, wait: bool = True) -> None:
        """Starts it, and waits for its probe unless told not to.

        Raises:
            ServerFailedError: it ended or did not get ready; the text carries its log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._launch(
            [sys.executable, "-m", self.module],
            folder=self._folder,
            environment=self._environment,
            as_ourselves=True,
            wait=wait,
        )

    def kill(self) -> None:
        """Kills it at once; twice is harmless."""
        if self.process is not None:
            super().kill()

    def _answers(self) -> bool:
        try:
            url = self.url + self._probe
            with urllib.request.urlopen(url, timeout=_PROBE_S) as answer:  # noqa: S310 - loopback
                return bool(answer.status == HTTPStatus.OK)
        except (urllib.error.URLError, OSError):
            return False
