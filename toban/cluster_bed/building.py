"""The programs built from their Go modules, where no download is to be had: a quarter of an hour, once.

`go.mod` and `go.sum` under `sources/` fix every module that is compiled, so that the build is the same
everywhere.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from toban.cluster_bed import toolchain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toban.cluster_bed.programs import Program
    from toban.cluster_bed.progress import Say

_SAY_EVERY = 100
"""Packages compiled between two lines of progress: one line every ten seconds or so on two cores."""


class BuildError(Exception):
    """The Go toolchain refused; the message ends with its own words."""


def build(programs: Iterable[Program], *, cache: Path, say: Say) -> None:
    """Builds `programs` into `cache`, those of one project together, since they share most of their code.

    Raises:
        BuildError: the toolchain or a module is not to be had, or the code does not compile.
    """
    for _, group in groupby(programs, key=lambda program: program.origin):
        together = list(group)
        go = toolchain.go(cache=cache, say=say)
        began = time.monotonic()
        say(f"building {', '.join(p.name for p in together)} {together[0].version} from source")
        _build(go, together, cache, say)
        say(f"built {', '.join(p.name for p in together)} in {time.monotonic() - began:.0f} s")


def _build(go: Path, together: list[Program], cache: Path, say: Say) -> None:
    first = together[0]
    folder = first.place(cache).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for outputs in _outputs(together, Path(made)):
            command = [
                go,
                "build",
                "-C",
                first.module,
                "-v",
                "-trimpath",
                f"-ldflags=-s -w {_stamps(first)}",
                *outputs,
            ]
            _run([str(word) for word in command], say)
        for program in together:
            (Path(made) / program.name).replace(program.place(cache))
    if first.crds:
        _keep_crds(_folder_of(go, first, first.crds), folder)


def _outputs(together: list[Program], made: Path) -> Iterator[list[str]]:
    """Yields the arguments of each `go build`: one for the programs whose files Go names, else one each."""
    if all(program.package.rsplit("/", 1)[-1] == program.name for program in together):
        yield ["-o", f"{made}/", *(program.package for program in together)]
    else:
        yield from (["-o", str(made / program.name), program.package] for program in together)


def _folder_of(go: Path, program: Program, module: str) -> Path:
    """Returns where the toolchain keeps the module's files; the build has fetched them already."""
    answer = subprocess.run(  # noqa: S603 - our own command
        [str(go), "list", "-m", "-f", "{{.Dir}}", module],
        cwd=program.module, env=_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if answer.returncode:
        raise BuildError(f"go does not know {module}: {(answer.stdout + answer.stderr).strip()[-600:]}")
    return Path(answer.stdout.strip())


def _stamps(program: Program) -> str:
    """Returns the flags that tell Kubernetes its version: without, it is v0.0.0 and its features differ."""
    if program.origin != "kubernetes":
        return ""
    major, minor, _ = program.version.split(".")
    facts = {
        "gitVersion": f"v{program.version}",
        "gitMajor": major,
        "gitMinor": minor,
        "gitTreeState": "clean",
    }
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in facts.items())


def _run(command: list[str], say: Say) -> None:
    """Runs `go build -v`, which names each package as it is compiled, and counts them aloud."""
    lines: list[str] = []
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=_environment(), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        for line in process.stderr or ():
            lines.append(line.rstrip())
            if len(lines) % _SAY_EVERY == 0:
                say(f"  {len(lines)} packages compiled; now {lines[-1]}")
    if process.returncode:
        raise BuildError("\n".join(["go build failed; its last words:", *lines[-12:]]))


def _environment() -> dict[str, str]:
    """Returns Go's settings: no C compiler needed, and a newer toolchain fetched if a module asks for one."""
    return {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "auto", "GOFLAGS": "-buildvcs=false"}


def _keep_crds(source: Path, folder: Path) -> None:
    """Keeps the custom resources that a controller serves beside it, since they come from the same module."""
    crds = sorted((source / "manifests" / "crds").glob("*-crd.yaml"))
    (folder / "crds.yaml").write_text("\n---\n".join(crd.read_text() for crd in crds))
