"""How long the bed's programs take to build where there are none of them, beside Go's standard library.

Everything is empty at first: the cache of programs, Go's modules and what it compiled. Downloads are off, so
that this is the longest way there is. The floor is the standard library compiled by the same toolchain from
an empty cache: it moves with the machine's speed as the build does. One round, since it takes a quarter of an
hour.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from toban.cluster_bed import finding, toolchain
from toban.cluster_bed.programs import CONTROL_PLANE, KUSTOMIZE, ROLLOUTS
from toban.cluster_bed.progress import print_line

if TYPE_CHECKING:
    from collections.abc import Iterator


def run() -> list[dict[str, Any]]:
    """Builds all that `make test` needs of Go: the control plane, Argo Rollouts' controller and kustomize."""
    with _nothing_yet() as cache:
        floor = _seconds_of_the_standard_library(cache)
        began = time.perf_counter()
        finding.obtain([*CONTROL_PLANE, ROLLOUTS, KUSTOMIZE], say=print_line, cache=cache)
        whole = time.perf_counter() - began
    return [
        {
            "name": "every program of the bed, from nothing",
            "ours": whole,
            "peer": floor,
            "ratio": whole / floor,
            "spread": (whole / floor, whole / floor),
            "unit": "s",
            "peer_name": "Go's standard library, from nothing",
            "rounds": 1,
        }
    ]


@contextmanager
def _nothing_yet() -> Iterator[Path]:
    """Yields a folder for the programs, and Go folders of its own that are as empty."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        go = {
            "GOCACHE": str(folder / "compiled"),
            "GOPATH": str(folder / "go"),
            "GOMODCACHE": str(folder / "modules"),
        }
        # Without -modcacherw Go writes its modules read-only, and nobody could remove the folder.
        with mock.patch.dict(os.environ, {**go, "GOFLAGS": "-modcacherw", "TOBAN_DOWNLOADS": "off"}):
            try:
                yield folder / "programs"
            finally:
                subprocess.run(["chmod", "-R", "u+w", name], check=True)  # noqa: S603, S607 - our own folder


def _seconds_of_the_standard_library(cache: Path) -> float:
    go = toolchain.go(cache=cache, say=print_line)
    with tempfile.TemporaryDirectory() as compiled:
        began = time.perf_counter()
        subprocess.run(  # noqa: S603 - our own command
            [str(go), "build", "std"],
            env={**os.environ, "GOCACHE": compiled, "CGO_ENABLED": "0"},
            check=True,
        )
        return time.perf_counter() - began
