"""`toban build`: builds what `sam deploy` ships, and compiles it.

`sam build` ships no `.pyc`, and Lambda's code folder cannot be written to, so each cold start would compile
every module anew. The compiled files are made here, by the runtime's own Python, never to be checked against
their sources.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "3.13"
"""Python of the Lambda runtime in template.yaml."""
BUILT = ROOT / ".aws-sam" / "build"


class CannotBuild(Exception):  # noqa: N818 - it reads as the sentence that a person sees
    """What is missing, and how to get it."""


def command(
    *,
    at_hand: Annotated[
        bool,
        typer.Option(
            "--at-hand", help="Build with this Python, only to check that the build works; not to deploy."
        ),
    ] = False,
) -> None:
    """Build the functions and the layer into .aws-sam/build, compiled for the Lambda runtime."""
    try:
        version, python = _at_hand() if at_hand else (RUNTIME, python_of(RUNTIME))
        build(BUILT, version=version, python=python)
    except CannotBuild as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from problem
    typer.echo(f"built {BUILT.relative_to(ROOT)} for Python {version}")


def build(out: Path, *, version: str, python: Path) -> None:
    """Builds the template into a folder and compiles what lies there.

    Args:
        out: The folder; what was in it goes.
        version: Python of the build, such as `3.13`. Any other than the template's is for checks alone.
        python: Its interpreter.

    Raises:
        CannotBuild: `sam build` or the compilation failed; the sentence holds what they said.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "SAM_CLI_TELEMETRY": "0",
    }
    sam = ROOT / ".tools/sam/bin/sam"
    if not sam.exists():
        raise CannotBuild("SAM is not installed here: run `make setup`.")
    with _templates_for(version) as template:
        # Without --base-dir: SAM would look from there for what a nested template names from its own folder,
        # and leave out in silence what it does not find.
        arguments = ["build", "--template", str(template), "--build-dir", str(out)]
        _run([str(sam), *arguments, "--cached", "--cache-dir", str(out.parent / "cache")], environment)
    folders = sorted(str(folder) for folder in out.iterdir() if folder.is_dir())
    compiled = ["-m", "compileall", "-q", "-j", "2", "--invalidation-mode", "unchecked-hash", "-s", str(out)]
    _run([str(python), *compiled, *folders], environment)


@contextmanager
def _templates_for(version: str) -> Iterator[Path]:
    """Yields the root template: the one that ships, or for a while a copy for another Python."""
    if version == RUNTIME:
        yield ROOT / "template.yaml"
        return
    # SAM reads the paths in a template from the template's own folder, so that each copy stands beside its
    # original.
    originals = [*(ROOT / "templates").glob("[!.]*.yaml"), ROOT / "template.yaml"]
    copies = {path: path.with_name(f".{path.stem}-{os.getpid()}.yaml") for path in originals}
    for path, copy in copies.items():
        text = path.read_text(encoding="utf-8").replace(f"python{RUNTIME}", f"python{version}")
        for nested in originals[:-1]:
            text = text.replace(f"templates/{nested.name}", f"templates/{copies[nested].name}")
        copy.write_text(text, encoding="utf-8")
    try:
        yield copies[ROOT / "template.yaml"]
    finally:
        for copy in copies.values():
            copy.unlink()


def python_of(version: str) -> Path:
    """Finds an interpreter: on the PATH, among pyenv's, or uv's.

    Raises:
        CannotBuild: There is none that runs.
    """
    found = shutil.which(f"python{version}")
    pyenv = sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python{version}"))
    for candidate in [*([Path(found)] if found else []), *pyenv, *_uv_knows(version)]:
        # pyenv's shim is on the PATH for versions that are not chosen as well, and fails when it is run.
        if _runs(candidate):
            return candidate
    raise CannotBuild(
        f"The Lambda runtime is Python {version}, and this machine has none: install it "
        f"(pyenv install {version}, apt install python{version} or brew install python@{version}). "
        "To only check it: toban build --at-hand."
    )


def _at_hand() -> tuple[str, Path]:
    return f"{sys.version_info.major}.{sys.version_info.minor}", Path(sys.executable).resolve()


def _uv_knows(version: str) -> list[Path]:
    uv = ROOT / ".venv/bin/uv"
    if not uv.exists():
        return []
    arguments = [str(uv), "python", "find", "--no-python-downloads", version]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=False)  # noqa: S603 - our own uv
    return [Path(answer.stdout.strip())] if answer.returncode == 0 else []


def _runs(python: Path) -> bool:
    answer = subprocess.run([str(python), "--version"], capture_output=True, check=False)  # noqa: S603 - found above
    return answer.returncode == 0


def _run(arguments: list[str], environment: dict[str, str]) -> None:
    answer = subprocess.run(  # noqa: S603 - our own tools
        arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        said = f"{answer.stdout}\n{answer.stderr}".strip()
        raise CannotBuild(f"{Path(arguments[0]).name} {arguments[1]} failed:\n{said}")
