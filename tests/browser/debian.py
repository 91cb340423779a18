"""Debian's programs that the page is tested with: this machine's; CI, as root, installs what it lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGES = {
    "chromium": ("chromium",),
    "nginx": ("nginx-light", "libnginx-mod-http-brotli-static"),
    "firefox-esr": ("firefox-esr",),
    "buildah": ("buildah",),
    "debootstrap": ("debootstrap",),
}
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def program(name: str) -> str:
    """Returns the program's path; a person without it is told and skips, CI installs it or fails."""
    if not _is_here(name):
        words = " ".join(PACKAGES[name])
        if os.environ.get("CI") != "true":
            pytest.skip(f"{name} is not here (Debian 12: apt-get install {words})")
        if os.geteuid() != 0:
            pytest.fail(f"CI needs {name}, and only root can install it: apt-get install {words}")
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES[name]]):
            subprocess.run(  # noqa: S603 - words of our own, no shell
                ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300", *arguments],  # noqa: S607 - whichever apt-get the machine has
                check=True,
                capture_output=True,
                env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
            )
    found = _which(name)
    assert found, f"{name} is not here after its installation"
    return found


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")


def _is_here(name: str) -> bool:
    return _which(name) is not None and (name != "nginx" or BROTLI.exists())
