"""The page as it ships: built by Vite, laid out as the image lays it out, served by the very nginx.conf."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from api.servers.local_server import LocalServer

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
NODE = ROOT / ".tools" / "node" / "bin"
_HOLDS_PORT = "listen 8080 default_server;"


def node(*arguments: str, folder: Path = FRONTEND, **environment: str) -> str:
    """Runs a command of the Node.js that `make setup` installs; returns what it printed.

    Raises:
        AssertionError: it failed; the text is all that it said.
    """
    path = f"{NODE}:{FRONTEND / 'node_modules' / '.bin'}:{os.environ['PATH']}"
    done = subprocess.run(  # noqa: S603 - a list of our own making, no shell
        list(arguments),
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{arguments} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(folder: Path) -> Path:
    """Builds the page into `folder`, laid out as in the image: page/, previous/, entry.conf, nginx.conf."""
    node("vite", "build", "--logLevel", "warn", "--outDir", str(folder / "page"))
    (folder / "previous" / "assets").mkdir(parents=True)
    shutil.copy(FRONTEND / "nginx.conf", folder)
    return folder


class Nginx(LocalServer):
    """Debian's nginx with a configuration of ours, of which only the port and the temporary folder differ."""

    name = "nginx"
    stop_signal = signal.SIGTERM
    start_s = 10.0
    stop_s = 10.0

    def __init__(self, program: str, *, prefix: Path, folder: Path, text: str) -> None:
        super().__init__(port=None)
        self._program = program
        self._prefix = prefix
        self._folder = folder
        folder.mkdir(parents=True)
        assert text.count(_HOLDS_PORT) == 1
        # Workers of a master that root started run as nobody, who must write here; the image has one user.
        folder.chmod(0o777)
        there = text.replace(_HOLDS_PORT, f"listen 127.0.0.1:{self.port} default_server;")
        there = re.sub(r"/tmp/", f"{folder}/", there)  # noqa: S108 - the text of a configuration
        self._config = prefix / f"{folder.name}.conf"
        self._config.write_text(there)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [self._program, "-e", "stderr", "-p", f"{self._prefix}/", "-c", str(self._config)]
        self._launch(command, folder=self._folder, as_ourselves=True)

    def _answers(self) -> bool:
        import httpx  # noqa: PLC0415 - one question

        try:
            return httpx.get(f"{self.url}/health", timeout=1).status_code < 600
        except httpx.TransportError:
            return False


def one_origin(routes: Mapping[str, str]) -> str:
    """Returns nginx's text of the load balancer: each path prefix goes to its server."""
    places = "".join(f"location {path} {{ proxy_pass {url}; }}\n" for path, url in routes.items())
    return f"""
daemon off; worker_processes 1; pid /tmp/nginx.pid; error_log stderr; events {{}}
http {{
  access_log off; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 60s;
  proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
  client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f;
  uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s; client_max_body_size 2m;
  server {{ listen 8080 default_server;
{places}  }}
}}
"""
