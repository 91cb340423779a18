"""Prometheus's programs: those of this machine, else Debian's, unpacked into the user's cache once.

No service starts and nothing is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = {"prometheus": "prometheus", "promtool": "prometheus", "amtool": "prometheus-alertmanager"}


class UnavailableError(Exception):
    """A program is not here and cannot be fetched; the message says why."""


def cache() -> Path:
    """Returns the folder into which Debian's packages are unpacked."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "toban" / "debian"


def program(name: str) -> Path:
    """Returns where the program is; fetches it the first time.

    Raises:
        UnavailableError: it is not installed, and apt is not here or refuses.
    """
    installed, unpacked = shutil.which(name), cache() / "usr" / "bin" / name
    if installed:
        return Path(installed)
    if not unpacked.is_file():
        try:
            _fetch(PACKAGES[name])
        except (OSError, subprocess.CalledProcessError) as error:
            words = getattr(error, "stderr", "") or str(error)
            raise UnavailableError(
                f"{name} is not here and apt cannot fetch Debian's {PACKAGES[name]} (install it yourself, "
                f"for instance `brew install {PACKAGES[name]}`): {words}"
            ) from error
    return unpacked


def _fetch(package: str) -> None:
    folder = cache() / "packages"
    folder.mkdir(parents=True, exist_ok=True)

    def run(*words: str | Path) -> None:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 -- Debian's own tools

    try:
        run("apt-get", "download", package)
    except subprocess.CalledProcessError:
        # A new machine has no list of packages yet; only root may fetch it.
        run("apt-get", "update", "-qq")
        run("apt-get", "download", package)
    [file] = folder.glob(f"{package}_*.deb")
    run("dpkg", "-x", file, cache())
