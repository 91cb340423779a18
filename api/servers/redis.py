"""One Redis (or Valkey) server on loopback, with its data in memory alone: a cache, as in production."""

import signal
import socket
from pathlib import Path

from api.servers.process import ServerProcess, free_port, own_folder, reachable, write_secret

_START_S = 15.0
_STOP_S = 10.0
_PROBE_S = 0.5


class Redis:
    """A Redis server: `start`, then `url`, then `stop`.

    Args:
        program: `redis-server` or `valkey-server`.
        folder: where its working folder is made.
        password: what clients must say; loopback is shared with other users of the machine.
        port: loopback port; None takes a free one, which a restart keeps.
    """

    def __init__(self, *, program: Path, folder: Path, password: str, port: int | None = None) -> None:
        self._program = reachable(program, folder / "programs")
        self._folder = folder / "redis"
        self._password = password
        self.port = port or free_port()
        self._process: ServerProcess | None = None

    def url(self, database: int = 0) -> str:
        """Will return the address of one of this server's sixteen logical databases."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._running().pid

    @property
    def process(self) -> ServerProcess | None:
        """The running process, or None before `start` and after `stop`."""
        return self._process

    def start(self) -> None:
        """Will start the server and return when it answers.

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
        self._process = ServerProcess(
            [str(self._program), str(configuration)],
            folder=self._folder,
            ends_with_parent=signal.SIGTERM,
        )
        self._process.wait_until(self._answers, timeout_s=_START_S)

    def stop(self) -> None:
        """Will shut the server down; twice is harmless."""
        if self._process is not None:
            self._process.stop(signal.SIGTERM, timeout_s=_STOP_S)
            self._process = None

    def kill(self) -> None:
        """Will kill the server; its data is gone, as after a lost cache node."""
        self._running().kill()
        self._process = None

    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError("This Redis is not running: call start() first.")
        return self._process

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), _PROBE_S) as probe:
                probe.settimeout(_PROBE_S)
                probe.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with probe.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
