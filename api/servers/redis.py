"""One Redis (or Valkey) server on loopback, with its data in memory alone: a cache, as in production."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from api.servers.files import own_folder, reachable, write_secret
from api.servers.local_server import LocalServer

if TYPE_CHECKING:
    from pathlib import Path

_PROBE_S = 0.5


class Redis(LocalServer):
    """A Redis server: `start`, then `url`, then `stop`; its data ends with it, as after a lost cache node.

    Args:
        program: `redis-server` or `valkey-server`.
        folder: where its working folder is made.
        password: what clients must say; loopback is shared with other users of the machine.
        port: loopback port; None takes a free one, which a restart keeps.
    """

    name = "Redis"
    start_s = 15.0
    stop_s = 10.0

    def __init__(self, *, program: Path, folder: Path, password: str, port: int | None = None) -> None:
        super().__init__(port=port)
        self._program = reachable(program, folder / "programs")
        self._folder = folder / "redis"
        self._password = password

    def url(self, database: int = 0) -> str:
        """Returns the address of one of this server's sixteen logical databases."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts the server and returns when it answers.

        Raises:
            ServerFailedError: it did not start; the text carries its log.
        """
        own_folder(self._folder)
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "save": '""',
            "appendonly": "no",
            "dir": f'"{self._folder}"',
            "requirepass": self._password,
        }
        # A file, because a command line with a password in it is readable by every user of the machine.
        configuration = self._folder / "redis.conf"
        write_secret(configuration, "".join(f"{name} {value}\n" for name, value in options.items()))
        self._launch([str(self._program), str(configuration)], folder=self._folder)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), _PROBE_S) as probe:
                probe.settimeout(_PROBE_S)
                probe.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with probe.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
