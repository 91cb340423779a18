"""One PostgreSQL server on loopback, with fsync on as in production: what it acknowledged survives a kill."""

import signal
import subprocess
from pathlib import Path

from api.servers.process import ServerProcess, free_port, own_folder, reachable, run_as_server, write_secret

_START_S = 60.0
"""Crash recovery after a kill may replay a log; everything else takes under a second."""
_STOP_S = 20.0
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    "timezone": "UTC",
}


class Postgres:
    """A PostgreSQL server: `start`, then `url`, then `stop`.

    Args:
        home: a folder with `bin/postgres`.
        folder: where its data lives; an existing cluster there is opened again.
        password: the superuser's, of user "postgres"; loopback is shared with other users of the machine.
        port: loopback port; None takes a free one, which a restart keeps.
        settings: server settings on top of ours, as strings.
    """

    def __init__(
        self,
        *,
        home: Path,
        folder: Path,
        password: str,
        port: int | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        self._bin = reachable(home, folder / "programs") / "bin"
        self._data = folder / "postgres"
        self._password = password
        self._settings = _SETTINGS | (settings or {})
        self.port = port or free_port()
        self._process: ServerProcess | None = None

    def url(self, database: str = "postgres") -> str:
        """Will return the libpq address of a database of this server."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._running().pid

    @property
    def process(self) -> ServerProcess | None:
        """The running process, or None before `start` and after `stop`."""
        return self._process

    def start(self) -> None:
        """Will start the server, on a new cluster when there is none, and wait for its answer.

        Raises:
            ServerFailedError: it did not start; the text carries its log.
        """
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        arguments = [
            f"--{name}={value}" for name, value in (self._settings | {"port": str(self.port)}).items()
        ]
        # SIGINT is PostgreSQL's "fast shutdown"; SIGTERM would wait for clients to leave.
        self._process = ServerProcess(
            [str(self._bin / "postgres"), "-D", str(self._data), *arguments],
            folder=self._data,
            ends_with_parent=signal.SIGINT,
        )
        self._process.wait_until(self._answers, timeout_s=_START_S)

    def stop(self) -> None:
        """Will shut the server down, its clients' connections first; twice is harmless."""
        if self._process is not None:
            self._process.stop(signal.SIGINT, timeout_s=_STOP_S)
            self._process = None

    def kill(self) -> None:
        """Will kill the server without a checkpoint; the next `start` replays its log."""
        self._running().kill()
        self._process = None

    def _running(self) -> ServerProcess:
        if self._process is None:
            raise RuntimeError("This PostgreSQL is not running: call start() first.")
        return self._process

    def _initialise(self) -> None:
        own_folder(self._data)
        secret = self._data.with_name("postgres.password")
        write_secret(secret, self._password)
        try:
            run_as_server(
                [
                    *(str(self._bin / "initdb"), "-D", str(self._data), "--username=postgres"),
                    *(
                        "--auth=scram-sha-256",
                        f"--pwfile={secret}",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync",
                    ),
                ],
                cwd=self._data,
            )
        finally:
            secret.unlink()

    def _answers(self) -> bool:
        probe = [
            str(self._bin / "pg_isready"),
            "--quiet",
            "--host=127.0.0.1",
            f"--port={self.port}",
            "--timeout=1",
        ]
        return subprocess.run(probe, check=False).returncode == 0  # noqa: S603 - a list of our own making
