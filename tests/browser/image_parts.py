"""What the images are made of and comes from elsewhere: Debian's packages, and the API's libraries."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from tests.browser import debian
from tests.browser.page_build import ROOT
from toban.dashboards.debian import cache

PACKAGES: Final = (
    "nginx-light",
    "libnginx-mod-http-brotli-static",
    "python3",
    "python3-venv",
    "ca-certificates",
)
_ONE_AT_A_TIME: Final = threading.Lock()
_SOURCES: Final = (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
_MIRROR: Final = re.compile(r"^(?:URIs: *|deb +(?:\[[^\]]*\] +)?)(\S+)", re.MULTILINE)


def base_tar() -> Path:
    """Makes the base once for this machine: the packages are in its name, so another list makes another."""
    with _ONE_AT_A_TIME:
        return _made_base()


def _made_base() -> Path:
    key = hashlib.sha256(" ".join(PACKAGES).encode()).hexdigest()[:12]
    tar = cache() / f"base-{key}.tar"
    if tar.exists():
        return tar
    debootstrap = debian.program("debootstrap")
    mirror = next(
        found[1] for file in _SOURCES if file.exists() and (found := _MIRROR.search(file.read_text()))
    )
    root = cache() / f"base-{key}.{os.getpid()}"
    root.parent.mkdir(parents=True, exist_ok=True)
    script = f"""set -e
{debootstrap} --variant=minbase --include={",".join(PACKAGES)} bookworm {root} {mirror}
ln -s python3 {root}/usr/bin/python
rm -rf {root}/var/cache/apt/archives/*.deb {root}/var/lib/apt/lists/* {root}/usr/share/doc
rm -rf {root}/usr/share/man {root}/usr/share/locale
tar -C {root} --exclude=./dev/* -cf {root}.tar .
mv {root}.tar {tar}
rm -rf {root}
"""
    done = subprocess.run(["sh", "-c", script], check=False, capture_output=True, text=True)  # noqa: S603, S607 - paths of our own
    assert done.returncode == 0, f"debootstrap failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return tar


def wheels() -> Path:
    """Downloads the API's libraries once for this machine; another lock makes another folder."""
    # Debian's Python is 3.11.2, and pip asks its own version which lines of the lock are meant.
    lock = re.sub(r" ; python_full_version < '3\.11\.\d+'", "", (ROOT / "requirements/api.txt").read_text())
    folder = cache() / f"wheels-{hashlib.sha256(lock.encode()).hexdigest()[:12]}"
    with _ONE_AT_A_TIME:
        if not folder.exists():
            made = folder.with_name(f"{folder.name}.{os.getpid()}")
            made.mkdir(parents=True)
            (made / "api.txt").write_text(lock)
            options = [
                "--quiet",
                "--require-hashes",
                "--only-binary",
                ":all:",
                "--python-version",
                "3.11",
                "--no-deps",
            ]
            subprocess.run(  # noqa: S603 - our own interpreter and lock
                [
                    sys.executable,
                    "-m",
                    "pip",
                    "download",
                    *options,
                    "-r",
                    str(made / "api.txt"),
                    "-d",
                    str(made),
                ],
                check=True,
            )
            made.rename(folder)
    return folder


def make_ahead() -> None:
    """Makes what the images need from elsewhere, for tests that come later."""
    base_tar()
    wheels()
