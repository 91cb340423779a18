"""The root of the command line: each command lives in a module of its own, loaded when asked for."""

from __future__ import annotations

import atexit
import gc
import importlib
import re
import sys
from pathlib import Path
from typing import NamedTuple

import typer

app = typer.Typer(
    name="toban",
    help="Toban, the one on duty: operates an EKS workload while its team sleeps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

OPENING = re.compile(r'"""`toban (?P<name>[a-z_]+)(?: [A-Z]+)*`: (?P<help>.+?)(?:\n\n|""")', re.DOTALL)
"""How the module of a command opens: with the command, and its line of help."""

GROUP = re.compile(r"^app\b.*=|^from \S+ import app$", re.MULTILINE)
COMMAND = re.compile(r"^def command\(", re.MULTILINE)


class Found(NamedTuple):
    """A command of the command line.

    Attributes:
        module: The module that carries it.
        help: Its line of help.
        is_group: Whether the module carries a typer `app` with commands below it, or a function `command`
            alone.
    """

    module: str
    help: str
    is_group: bool


def commands(folder: Path = Path(__file__).parent) -> dict[str, Found]:
    """Finds every command by the modules of this package that open with one, without importing them."""
    found = {}
    for path in sorted([*folder.glob("*.py"), *folder.glob("*/__init__.py")]):
        text = path.read_text(encoding="utf-8")
        opening = OPENING.match(text)
        if opening is None:
            continue
        is_group = GROUP.search(text) is not None
        if is_group or COMMAND.search(text):
            module = path.parent.name if path.name == "__init__.py" else path.stem
            words = " ".join(opening["help"].split())
            found[opening["name"]] = Found(f"toban.{module}", words[0].upper() + words[1:], is_group)
    return found


@app.callback()
def root() -> None:
    """Toban, the one on duty: operates an EKS workload while its team sleeps."""


def run() -> None:
    """Runs the command that the shell's arguments name.

    Only the module that was asked for is imported, so that `toban schedule` does not wait for the twin's
    libraries.
    """
    # Python's end looks for cycles among all objects; with a twin's that takes seconds, and the process is
    # over anyway.
    atexit.register(gc.freeze)
    wanted = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    for name, found in commands().items():
        module = importlib.import_module(found.module) if name == wanted else None
        if found.is_group:
            app.add_typer(module.app if module else typer.Typer(), name=name, help=found.help)
        else:
            app.command(name=name, help=found.help)(module.command if module else _not_loaded)
    app()


def _not_loaded() -> None:
    """Stands in for a command that was not asked for, so that `toban --help` can list it."""
