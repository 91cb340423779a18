"""Images without Docker or a registry: buildah on a base of debootstrap, and a container by chroot."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from api.servers.local_server import LocalServer
from tests.browser import debian
from tests.browser.image_parts import base_tar

if TYPE_CHECKING:
    from collections.abc import Mapping


class Builder:
    """buildah with a store of its own below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._program = debian.program("buildah")
        self._folder = folder
        driver = storage_driver(folder)
        self._environment = os.environ | {"STORAGE_DRIVER": driver, "BUILDAH_ISOLATION": "chroot"}
        self._stores = [
            "--storage-driver",
            driver,
            "--root",
            str(folder / "store"),
            "--runroot",
            str(folder / "run"),
        ]

    def run(self, *words: str) -> str:
        """Runs one of buildah's commands and returns what it printed.

        Raises:
            AssertionError: it failed; the text is all that it said.
        """
        done = subprocess.run(  # noqa: S603 - a list of our own making, no shell
            [self._program, *self._stores, *words],
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"buildah {shlex.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def debian_base(self) -> None:
        """Makes the image localhost/base: Debian 12 with nginx and Python, as the real bases have them."""
        tar = base_tar()
        container = self.run("from", "scratch")
        self.run("add", "--quiet", container, str(tar), "/")
        self.run("config", "--env", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", container)
        self.run("commit", "--quiet", container, "localhost/base")
        self.run("rm", container)

    def build(self, name: str, context: Path, *options: str) -> None:
        self.run(
            "bud",
            "--quiet",
            "--layers=false",
            "--pull-never",
            "-t",
            f"localhost/{name}",
            *options,
            str(context),
        )

    def config(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("inspect", "--type", "image", f"localhost/{name}"))[
            "OCIv1"
        ]["config"]
        return found

    def unpacked(self, name: str) -> Path:
        """Mounts the image and returns the folder of its root."""
        return Path(self.run("mount", self.run("from", "--pull-never", f"localhost/{name}")))


def storage_driver(folder: Path) -> str:
    """Returns overlay where the kernel lays folders over each other, else vfs, which copies each layer."""
    places = {name: folder / f"overlay-{name}" for name in ("lowerdir", "upperdir", "workdir", "merged")}
    for place in places.values():
        place.mkdir()
    merged = places.pop("merged")
    options = ",".join(f"{name}={place}" for name, place in places.items())
    command = ["mount", "-t", "overlay", "overlay", "-o", options, str(merged)]
    if subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603 - paths of our own
        return "vfs"
    subprocess.run(["umount", str(merged)], check=True)  # noqa: S603, S607 - as above
    return "overlay"


class Container(LocalServer):
    """An image's own command as its own user: a read-only root, /tmp in memory, the image's variables."""

    name = "container"
    stop_signal = signal.SIGTERM
    start_s = 30.0
    stop_s = 10.0

    def __init__(
        self,
        root: Path,
        config: Mapping[str, Any],
        *,
        folder: Path,
        port: int,
        settings: Mapping[str, str],
        probe: str,
    ) -> None:
        super().__init__(port=port)
        self._root, self._config, self._folder, self._probe = root, config, folder, probe
        self._settings = settings

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._folder.with_name(self._folder.name + ".log").read_text()

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        # A container runtime gives the output to the container's user; here it is a file that all may write.
        log = self._folder.with_name(self._folder.name + ".log")
        log.touch()
        log.chmod(0o666)
        root, environment = (
            str(self._root),
            [*self._config["Env"], *(f"{k}={v}" for k, v in self._settings.items())],
        )
        command = [*self._config.get("Entrypoint", []), *(self._config.get("Cmd") or [])]
        there = f"cd {self._config.get('WorkingDir') or '/'} && exec {shlex.join(command)}"
        inside = shlex.join(["env", "-i", *environment, "sh", "-c", there])
        script = f"""set -e
mount --bind {root} {root}
mount -o remount,ro,bind {root}
mount -t tmpfs -o mode=1777 none {root}/tmp
mount --bind /dev {root}/dev
mount --bind /proc {root}/proc
exec chroot --userspec={self._config["User"]} --groups= {root} {inside}
"""  # noqa: S108 - the container's own /tmp
        self._launch(["unshare", "--mount", "sh", "-c", script], folder=self._folder, as_ourselves=True)

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url + self._probe, timeout=1).status_code == 200
        except httpx.TransportError:
            return False
