"""One PostgreSQL server on loopback, with fsync on as in production: what it acknowledged survives a kill."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

from api.servers.files import own_folder, reachable, write_secret
from api.servers.local_server import LocalServer
from api.servers.user import run_as_server

if TYPE_CHECKING:
    from pathlib import Path

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    "timezone": "UTC",
}


class Postgres(LocalServer):
    """A PostgreSQL server: `start`, then `url`, then `stop`; after a `kill`, `start` replays its log.

    Args:
        home: a folder with `bin/postgres`.
        folder: where its data lives; an existing cluster there is opened again.
        password: the superuser's, of user "postgres"; loopback is shared with other users of the machine.
        port: loopback port; None takes a free one, which a restart keeps.
        settings: server settings on top of ours, as strings.
    """

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # its "fast shutdown"; SIGTERM would wait for clients to leave
    start_s = 60.0  # crash recovery after a kill may replay a log; everything else takes under a second
    stop_s = 20.0

    def __init__(
        self,
        *,
        home: Path,
        folder: Path,
        password: str,
        port: int | None = None,
        settings: dict[str, str] | None = None,
    ) -> None:
        super().__init__(port=port)
        self._bin = reachable(home, folder / "programs") / "bin"
        self._data = folder / "postgres"
        self._password = password
        self._settings = _SETTINGS | (settings or {})

    def url(self, database: str = "postgres") -> str:
        """Returns the libpq address of a database of this server."""
        return f"postgresql://postgres:{self._password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts the server, on a new cluster when there is none, and waits for its answer.

        Raises:
            ServerFailedError: it did not start; the text carries its log.
        """
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        settings = self._settings | {"port": str(self.port)}
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        self._launch([str(self._bin / "postgres"), "-D", str(self._data), *arguments], folder=self._data)

    def _initialise(self) -> None:
        own_folder(self._data)
        secret = self._data.with_name("postgres.password")
        write_secret(secret, self._password)
        options = ["--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C", "--no-sync"]
        command = [str(self._bin / "initdb"), "-D", str(self._data), "--username=postgres", *options]
        try:
            run_as_server(command, cwd=self._data)
        finally:
            secret.unlink()

    def _answers(self) -> bool:
        options = ["--quiet", "--host=127.0.0.1", f"--port={self.port}", "--timeout=1"]
        probe = [str(self._bin / "pg_isready"), *options]
        return subprocess.run(probe, check=False).returncode == 0  # noqa: S603 - a list of our own making
